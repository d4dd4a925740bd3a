import { type TokenView } from '../../access/access.ts';
import { type Look, shown } from '../../view/table.ts';
import { isoOrNull, isoText } from '../../view/words.ts';

/** A token as programs read it, the same as from the API. */
export const tokenJson = (token: TokenView) => ({
  ...token,
  createdAt: isoText(token.createdAt),
  expiresAt: isoText(token.expiresAt),
  lastUsedAt: isoOrNull(token.lastUsedAt),
  revokedAt: isoOrNull(token.revokedAt),
});

export const scopeText = ({ cutovers }: TokenView, look: Look): string =>
  cutovers === null ? 'every cutover' : `only ${shown(cutovers.join(', '), look)}`;
