import { type TokenView } from '../../access/access.ts';
import { type Cell, type Look, shown, table } from '../../view/table.ts';
import { distanceText } from '../../view/words.ts';
import { localAccess } from '../access.ts';
import { type Run } from '../spec.ts';
import { scopeText, tokenJson } from './words.ts';

function endText({ revokedAt, expiresAt }: TokenView, { now, paint }: Look): string | Cell {
  if (revokedAt !== null)
    return { text: `revoked ${distanceText(revokedAt, now)}`, paint: paint.dim };
  const distance = distanceText(expiresAt, now);
  return expiresAt <= now ? { text: `ended ${distance}`, paint: paint.dim } : `ends ${distance}`;
}

const usedText = ({ lastUsedAt }: TokenView, { now }: Look): string =>
  lastUsedAt === null ? 'never used' : `used ${distanceText(lastUsedAt, now)}`;

const rowOf = (token: TokenView, look: Look): readonly (string | Cell)[] => [
  token.id,
  shown(token.name, look),
  token.role,
  endText(token, look),
  usedText(token, look),
  `${scopeText(token, look)}; made by ${shown(token.createdBy, look)}`,
];

export const run: Run = async context => {
  const { terminal, json } = context;
  const tokens = context.hasStore() ? await (await localAccess(context)).tokens() : [];
  const inOrder = tokens.toSorted((one, other) => other.createdAt - one.createdAt);
  if (json) {
    terminal.out(JSON.stringify({ tokens: inOrder.map(tokenJson) }));
    return 0;
  }
  const look = terminal.look();
  const lines = table(
    inOrder.map(token => rowOf(token, look)),
    look,
  );
  terminal.out(lines.length === 0 ? 'there is no token' : lines.join('\n'));
  return 0;
};
