import { type Access } from './access.ts';
import { readCredential } from './credential.ts';
import { type AccessGround } from './ground.ts';
import { type Principal } from './principal.ts';
import {
  endSessionsOf,
  type KeptSession,
  listSessions,
  openSession,
  type SessionOrder,
  useSession,
} from './sessions.ts';
import { createShare, goodShare, listShares, revokeShare, useShare } from './shares.ts';
import {
  createToken,
  isGoodToken,
  type KeptToken,
  listTokens,
  readToken,
  revokeToken,
  tokenView,
  useToken,
} from './tokens.ts';

const tokenPrincipal = ({ id, data }: KeptToken): Principal => {
  const { name, role, cutovers, expiresAt } = data;
  return { id, kind: 'token', token: id, name, role, cutovers, expiresAt };
};

/** How lists name whoever came by a link: nobody knows who that is. */
const sharedName = 'share link';

async function goodToken(ground: AccessGround, id: string): Promise<KeptToken | null> {
  const kept = await readToken(ground, id);
  return kept !== null && isGoodToken(kept.data, ground.clock.now().wall) ? kept : null;
}

/** What a session may do is what stands behind it may do now; null when that has ended. */
async function sessionPrincipal(
  ground: AccessGround,
  { id, data }: KeptSession,
): Promise<Principal | null> {
  const { of, kind, expiresAt } = data;
  if (kind === 'session') {
    const token = await goodToken(ground, of);
    return token && { ...tokenPrincipal(token), id, kind, expiresAt };
  }
  const share = await goodShare(ground, of);
  if (share === null) return null;
  const { token, cutover } = share.data;
  const seen = { role: 'viewer', cutovers: [cutover] } as const;
  return { id, kind, token, name: sharedName, ...seen, expiresAt };
}

async function identify(
  ground: AccessGround,
  { bearer, session }: { readonly bearer: string | null; readonly session: string | null },
): Promise<Principal | null> {
  const credential = readCredential(bearer ?? session ?? '');
  if (bearer !== null) {
    const token = credential?.kind === 'token' ? await useToken(ground, credential) : null;
    return token && tokenPrincipal(token);
  }
  if (credential?.kind !== 'session') return null;
  const kept = await useSession(ground, credential);
  return kept && sessionPrincipal(ground, kept);
}

/** Whom the secret of a token or a share link lets open a session. An agent has nothing to look at. */
async function whoLogsIn(ground: AccessGround, secret: string): Promise<SessionOrder | null> {
  const credential = readCredential(secret);
  if (credential?.kind === 'token') {
    const token = await useToken(ground, credential);
    if (token === null || token.data.role === 'agent') return null;
    const { name, expiresAt } = token.data;
    return { kind: 'session', of: token.id, name, expiresAt };
  }
  if (credential?.kind !== 'share') return null;
  const share = await useShare(ground, credential);
  const { id: of = '', data } = share ?? {};
  return data ? { kind: 'share', of, name: sharedName, expiresAt: data.expiresAt } : null;
}

async function stands(ground: AccessGround, { id, kind }: Principal): Promise<boolean> {
  if (kind === 'token') return (await goodToken(ground, id)) !== null;
  const kept = await useSession(ground, { id });
  return kept !== null && (await sessionPrincipal(ground, kept)) !== null;
}

/** Access over the documents of a store. Nothing is remembered beside them: what one process revokes ends in all. */
export function makeAccess(ground: AccessGround): Access {
  const { documents } = ground;
  return {
    identify: of => identify(ground, of),
    createToken: order => createToken(ground, order),
    tokens: async () => (await listTokens(ground)).map(tokenView),
    revokeToken: async id => {
      const revoked = await revokeToken(ground, id);
      if (revoked) await endSessionsOf(ground, id);
      return revoked;
    },
    login: async secret => {
      const order = await whoLogsIn(ground, secret);
      if (order === null) return null;
      const opened = await openSession(ground, order);
      const principal = await sessionPrincipal(ground, opened.session);
      return principal && { secret: opened.secret, principal };
    },
    logout: async session => {
      const credential = readCredential(session);
      if (credential?.kind !== 'session') return;
      const kept = await useSession(ground, credential);
      if (kept !== null) await documents.remove('session', kept.id);
    },
    sessions: () => listSessions(ground),
    endSession: id => documents.remove('session', id),
    createShare: order => createShare(ground, order),
    shares: cutover => listShares(ground, cutover),
    revokeShare: async (cutover, id) => {
      const revoked = await revokeShare(ground, cutover, id);
      if (revoked) await endSessionsOf(ground, id);
      return revoked;
    },
    stands: principal => stands(ground, principal),
  };
}
