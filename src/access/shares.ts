import { createHash } from 'node:crypto';
import { type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type ShareView } from './access.ts';
import { type Credential, credentialText, hashOf, makeCredential, proves } from './credential.ts';
import { type AccessGround, allKept, alter, type Kept, readKept } from './ground.ts';
import { checkEnd } from './order.ts';
import { type Principal } from './principal.ts';
import { isShareRecord, type ShareRecord } from './records.ts';
import { readToken } from './tokens.ts';

export type KeptShare = Kept<ShareRecord>;

export interface ShareOrder {
  readonly cutover: string;
  readonly by: Principal;
  readonly expiresAt: Instant;
}

const shareView = ({ id, data }: KeptShare): ShareView => {
  const { cutover, createdBy, createdAt, expiresAt, revokedAt } = data;
  return { id, cutover, createdBy, createdAt, expiresAt, revokedAt };
};

const isGoodShare = ({ revokedAt, expiresAt }: ShareRecord, now: Instant): boolean =>
  revokedAt === null && now < expiresAt;

/** Ids of the links of one cutover begin alike, so that they are found without reading all others. */
const beginningOf = (cutover: string): string =>
  createHash('sha256').update(cutover).digest('hex').slice(0, 16);

async function sharesOf(ground: AccessGround, cutover: string): Promise<readonly KeptShare[]> {
  const of = { kind: 'share', prefix: beginningOf(cutover) } as const;
  const all = await allKept(ground, of, isShareRecord);
  return all.filter(({ data }) => data.cutover === cutover);
}

const readShare = (ground: AccessGround, id: string): Promise<KeptShare | null> =>
  readKept(ground, { kind: 'share', id }, isShareRecord);

/**
 * The link, if it is good. A token that was revoked takes the links that were made with it along, as
 * whoever stole it may have made them; one that expired does not.
 */
export async function goodShare(ground: AccessGround, id: string): Promise<KeptShare | null> {
  const kept = await readShare(ground, id);
  if (kept === null || !isGoodShare(kept.data, ground.clock.now().wall)) return null;
  if (kept.data.token === null) return kept;
  const token = await readToken(ground, kept.data.token);
  return token?.data.revokedAt === null ? kept : null;
}

export async function useShare(
  ground: AccessGround,
  credential: Credential,
): Promise<KeptShare | null> {
  const kept = await goodShare(ground, credential.id);
  return kept !== null && proves(credential, kept.data.hash) ? kept : null;
}

/** @throws Fault MALFORMED, REFUSED when the cutover has as many as it may have */
export async function createShare(
  ground: AccessGround,
  { cutover, by, expiresAt }: ShareOrder,
): Promise<{ readonly secret: string; readonly share: ShareView }> {
  const { documents, clock, chance } = ground;
  const now = clock.now().wall;
  checkEnd(expiresAt, now, limits.shareLongestMs);
  const id = beginningOf(cutover) + chance.hex(8);
  const credential = makeCredential('share', id, chance);
  const share: KeptShare = {
    ...{ kind: 'share', id, version: 0, expiresAt },
    data: {
      ...{ cutover, createdBy: by.name, token: by.token, createdAt: now, expiresAt },
      ...{ revokedAt: null, hash: hashOf(credential) },
    },
  };
  if (!(await documents.put(share)))
    throw new Fault('BUG', 'chance gave the same id twice', { where: `share ${id}` });
  // Counted once it is there, so that of several that are made at once none goes beyond.
  const good = (await sharesOf(ground, cutover)).filter(({ data }) => isGoodShare(data, now));
  if (good.length > limits.sharesPerCutover) {
    await documents.remove('share', id);
    const most = String(limits.sharesPerCutover);
    throw new Fault('REFUSED', `there are ${most} share links of ${cutover} already`, {
      where: cutover,
      fix: 'Revoke one that nobody needs, or hand on one that there is.',
    });
  }
  return { secret: credentialText(credential), share: shareView(share) };
}

/** Those that are kept, by id; an ended one until it is swept. */
export const listShares = async (
  ground: AccessGround,
  cutover: string,
): Promise<readonly ShareView[]> => (await sharesOf(ground, cutover)).map(shareView);

/** False when the cutover has none of this id. */
export function revokeShare(ground: AccessGround, cutover: string, id: string): Promise<boolean> {
  const now = ground.clock.now().wall;
  const read = async (): Promise<KeptShare | null> => {
    const kept = await readShare(ground, id);
    return kept?.data.cutover === cutover ? kept : null;
  };
  return alter(ground, read, kept => ({
    ...kept,
    data: { ...kept.data, revokedAt: kept.data.revokedAt ?? now },
  }));
}
