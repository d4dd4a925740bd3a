import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCredential } from '../../src/access/credential.ts';
import { limits } from '../../src/limits.ts';
import { openPlace, type Place } from './ground.ts';

/** What somebody does, by numbers that choose among what there is by then. */
const act = fc.oneof(
  fc.record({
    do: fc.constant('token'),
    lastsMs: fc.constantFrom(1, limits.sessionIdleMs, limits.sessionMs * 2),
  }),
  fc.record({
    do: fc.constantFrom('login', 'use', 'watch', 'logout', 'revoke'),
    which: fc.nat(20),
  }),
  fc.record({
    do: fc.constant('pass'),
    ms: fc.constantFrom(1, limits.usedEveryMs, limits.sessionIdleMs - 1, limits.sessionIdleMs),
  }),
);
type Act = Partial<{ do: string; lastsMs: number; which: number; ms: number }>;

interface Token {
  readonly secret: string;
  readonly endsAt: number;
  revoked: boolean;
}
interface Session {
  readonly secret: string;
  readonly of: Token;
  readonly endsAt: number;
  usedAt: number;
  out: boolean;
}

/** What must be true, told in the simplest way; uses are written down once a minute at most. */
function rules(now: () => number) {
  const tokenGood = ({ endsAt, revoked }: Token): boolean => !revoked && now() < endsAt;
  const sessionGood = ({ of, endsAt, usedAt, out }: Session): boolean =>
    !out && tokenGood(of) && now() < endsAt && now() < usedAt + limits.sessionIdleMs;
  const use = (session: Session): void => {
    if (now() - session.usedAt >= limits.usedEveryMs) session.usedAt = now();
  };
  return { tokenGood, sessionGood, use };
}

async function play(place: Place, acts: readonly Act[]): Promise<void> {
  const { now, pass } = place;
  const { tokenGood, sessionGood, use } = rules(now);
  const processes = [place.access, place.other('second')];
  const tokens: Token[] = [];
  const sessions: Session[] = [];
  for (const [turn, { do: what, lastsMs = 0, which = 0, ms = 0 }] of acts.entries()) {
    const access = processes[turn % 2] ?? place.access;
    const token = tokens[which % Math.max(1, tokens.length)];
    const session = sessions[which % Math.max(1, sessions.length)];
    if (what === 'pass') pass(ms);
    else if (what === 'token') {
      const { secret } = await place.token({ lastsMs });
      tokens.push({ secret, endsAt: now() + lastsMs, revoked: false });
    } else if (what === 'login' && token) {
      const made = await access.login(token.secret);
      expect(made !== null).toBe(tokenGood(token));
      const endsAt = Math.min(token.endsAt, now() + limits.sessionMs);
      if (made)
        sessions.push({ secret: made.secret, of: token, endsAt, usedAt: now(), out: false });
    } else if (what === 'revoke' && token) {
      expect(await access.revokeToken(readCredential(token.secret)!.id)).toBe(true);
      token.revoked = true;
    } else if (what === 'logout' && session) {
      await access.logout(session.secret);
      session.out = true;
    } else if (session) {
      const seen = await access.identify({ bearer: null, session: session.secret });
      expect(seen !== null).toBe(sessionGood(session));
      if (seen) use(session);
      if (seen && what === 'watch') expect(await access.stands(seen)).toBe(true);
    }
    for (const one of tokens)
      expect((await access.identify({ bearer: one.secret, session: null })) !== null).toBe(
        tokenGood(one),
      );
  }
}

it('whatever people do in whatever order, in two processes, who is good is what the rules say', async () => {
  const acts = fc.array(act, { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(acts, fc.nat(), (list, seed) => play(openPlace(seed), list)),
    {
      numRuns: 200,
    },
  );
});
