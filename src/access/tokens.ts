import { type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type TokenOrder, type TokenView } from './access.ts';
import { type Credential, credentialText, hashOf, makeCredential, proves } from './credential.ts';
import { type AccessGround, alter, allKept, type Kept, noteUse, readKept } from './ground.ts';
import { checkOrder, scopeName } from './order.ts';
import { isTokenRecord, type TokenRecord } from './records.ts';

export type KeptToken = Kept<TokenRecord>;

export const tokenView = ({ id, data }: KeptToken): TokenView => {
  const { name, role, cutovers, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt } = data;
  return { id, name, role, cutovers, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt };
};

export const isGoodToken = ({ revokedAt, expiresAt }: TokenRecord, now: Instant): boolean =>
  revokedAt === null && now < expiresAt;

const endOf = ({ revokedAt, expiresAt }: TokenRecord): Instant =>
  Math.min(revokedAt ?? expiresAt, expiresAt);

/** A token to be, kept for a while after its end, or for ever. */
export const newToken = (
  { by, ...order }: TokenOrder,
  credential: Credential,
  { now, forEver = false }: { readonly now: Instant; readonly forEver?: boolean },
): KeptToken => ({
  ...{ kind: 'token', id: credential.id, version: 0 },
  expiresAt: forEver ? null : order.expiresAt + limits.tokenKeptMs,
  data: {
    ...order,
    cutovers: order.cutovers && [...new Set(order.cutovers.map(scopeName))],
    ...{ createdBy: by, createdAt: now, lastUsedAt: null, revokedAt: null },
    hash: hashOf(credential),
  },
});

export const newTokenCredential = ({ chance }: AccessGround): Credential =>
  makeCredential('token', chance.hex(8), chance);

export const listTokens = (ground: AccessGround): Promise<readonly KeptToken[]> =>
  allKept(ground, { kind: 'token' }, isTokenRecord);

export const readToken = (ground: AccessGround, id: string): Promise<KeptToken | null> =>
  readKept(ground, { kind: 'token', id }, isTokenRecord);

/** The token that the credential proves, if it is good. That it was used is written down. */
export async function useToken(
  ground: AccessGround,
  credential: Credential,
): Promise<KeptToken | null> {
  const kept = await readToken(ground, credential.id);
  const at = ground.clock.now().wall;
  if (kept === null || !proves(credential, kept.data.hash) || !isGoodToken(kept.data, at))
    return null;
  await noteUse(ground, kept, { at, expiresAt: kept.expiresAt });
  return kept;
}

/** Of those that ended the ones that ended first make room for new ones, when there are too many to list. */
async function makeRoom(ground: AccessGround, now: Instant): Promise<void> {
  const all = await listTokens(ground);
  const ended = all
    .filter(({ data, expiresAt }) => expiresAt !== null && !isGoodToken(data, now))
    .sort((one, other) => endOf(one.data) - endOf(other.data));
  const surplus = Math.max(0, all.length + 1 - limits.tokens);
  for (const { id } of ended.slice(0, surplus)) await ground.documents.remove('token', id);
}

/** @throws Fault MALFORMED, REFUSED when as many as there may be are good */
export async function createToken(
  ground: AccessGround,
  order: TokenOrder,
): Promise<{ readonly secret: string; readonly token: TokenView }> {
  const now = ground.clock.now().wall;
  checkOrder(order, now);
  await makeRoom(ground, now);
  const credential = newTokenCredential(ground);
  const token = newToken(order, credential, { now });
  if (!(await ground.documents.put(token)))
    throw new Fault('BUG', 'chance gave the same id twice', { where: `token ${token.id}` });
  // Counted once it is there, so that of several who are made at once none goes beyond.
  const good = (await listTokens(ground)).filter(({ data }) => isGoodToken(data, now));
  if (good.length > limits.tokens) {
    await ground.documents.remove('token', token.id);
    throw new Fault('REFUSED', `there are ${String(limits.tokens)} tokens already`, {
      fix: 'Revoke those that nobody needs.',
    });
  }
  return { secret: credentialText(credential), token: tokenView(token) };
}

/** False when there is none. */
export function revokeToken(ground: AccessGround, id: string): Promise<boolean> {
  const now = ground.clock.now().wall;
  return alter(
    ground,
    () => readToken(ground, id),
    kept => ({
      ...kept,
      expiresAt: kept.expiresAt === null ? null : now + limits.tokenKeptMs,
      data: { ...kept.data, revokedAt: kept.data.revokedAt ?? now },
    }),
  );
}
