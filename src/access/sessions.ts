import { type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type SessionView } from './access.ts';
import { type Credential, credentialText, hashOf, makeCredential, proves } from './credential.ts';
import { type AccessGround, allKept, type Kept, noteUse, readKept } from './ground.ts';
import { isSessionRecord, type SessionRecord } from './records.ts';

export type KeptSession = Kept<SessionRecord>;

const idleEnd = (lastUsedAt: Instant): Instant => lastUsedAt + limits.sessionIdleMs;

const isGoodSession = ({ lastUsedAt, expiresAt }: SessionRecord, now: Instant): boolean =>
  now < expiresAt && now < idleEnd(lastUsedAt);

const sweptAfter = (lastUsedAt: Instant, expiresAt: Instant): Instant =>
  Math.min(idleEnd(lastUsedAt), expiresAt);

const most = { session: limits.sessionsPerToken, share: limits.sessionsPerShare } as const;

/** Whom a session is for. */
export type SessionOrder = Pick<SessionRecord, 'kind' | 'of' | 'name' | 'expiresAt'>;

/** Ends the oldest beyond as many as there may be. */
async function endSurplus(ground: AccessGround, { kind, of }: SessionOrder): Promise<void> {
  const all = await allKept(ground, { kind: 'session', prefix: `${of}.` }, isSessionRecord);
  const newestFirst = all.toSorted(
    (one, other) => other.data.createdAt - one.data.createdAt || (one.id < other.id ? -1 : 1),
  );
  for (const { id } of newestFirst.slice(most[kind])) await ground.documents.remove('session', id);
}

/** A new one, which ends with what it was exchanged for, or after a working day. */
export async function openSession(
  ground: AccessGround,
  order: SessionOrder,
): Promise<{ readonly secret: string; readonly session: KeptSession }> {
  const { documents, clock, chance } = ground;
  const now = clock.now().wall;
  const id = `${order.of}.${chance.hex(8)}`;
  const credential = makeCredential('session', id, chance);
  const expiresAt = Math.min(now + limits.sessionMs, order.expiresAt);
  const hash = hashOf(credential);
  const data = { ...order, expiresAt, createdAt: now, lastUsedAt: now, hash };
  const document = { kind: 'session', id, expiresAt: sweptAfter(now, expiresAt) } as const;
  if (!(await documents.put({ ...document, version: 0, data })))
    throw new Fault('BUG', 'chance gave the same id twice', { where: `session ${id}` });
  await endSurplus(ground, order);
  return { secret: credentialText(credential), session: { ...document, version: 1, data } };
}

const readSession = (ground: AccessGround, id: string): Promise<KeptSession | null> =>
  readKept(ground, { kind: 'session', id }, isSessionRecord);

/** The session of this id, if it is good; with a credential, if that proves it. That it was used is written down. */
export async function useSession(
  ground: AccessGround,
  of: Credential | { readonly id: string },
): Promise<KeptSession | null> {
  const kept = await readSession(ground, of.id);
  const at = ground.clock.now().wall;
  if (kept === null || !isGoodSession(kept.data, at)) return null;
  if ('secret' in of && !proves(of, kept.data.hash)) return null;
  await noteUse(ground, kept, { at, expiresAt: sweptAfter(at, kept.data.expiresAt) });
  return kept;
}

export async function listSessions(ground: AccessGround): Promise<readonly SessionView[]> {
  const now = ground.clock.now().wall;
  const all = await allKept(ground, { kind: 'session' }, isSessionRecord);
  return all
    .filter(({ data }) => isGoodSession(data, now))
    .map(({ id, data: { name, kind, of, createdAt, lastUsedAt, expiresAt } }) => ({
      ...{ id, name, kind, of, createdAt, lastUsedAt, expiresAt },
    }));
}

export async function endSessionsOf(ground: AccessGround, owner: string): Promise<void> {
  const of = { kind: 'session', prefix: `${owner}.` } as const;
  for (const { id } of await allKept(ground, of, isSessionRecord))
    await ground.documents.remove('session', id);
}
