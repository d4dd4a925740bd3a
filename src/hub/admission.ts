import { limits } from '../limits.ts';
import { type Refused, type Wish } from './hub.ts';

/** Who may come in beside those that are in. */
export interface Admission {
  /** Returns the way out, or why there is no room. */
  enter(wish: Pick<Wish, 'principal' | 'address'>): { readonly leave: () => void } | Refused;
  readonly inside: () => number;
}

const full = (refused: string): Refused => ({ refused, retryAfterMs: limits.streamsRetryMs });

/** A browser that lost count of its tabs, or one machine, must not take the streams of everybody else. */
export function openAdmission(): Admission {
  const sessions = new Map<string, number>();
  const addresses = new Map<string, number>();
  let all = 0;
  const add = (counts: Map<string, number>, key: string, by: number): void => {
    const count = (counts.get(key) ?? 0) + by;
    if (count === 0) counts.delete(key);
    else counts.set(key, count);
  };
  return {
    inside: () => all,
    enter: ({ principal: { id, kind }, address }) => {
      // One that was opened by a share link is a session as well.
      const session = kind === 'token' ? null : id;
      if (all >= limits.streams) return full(`there are ${String(all)} streams already`);
      if (session !== null && (sessions.get(session) ?? 0) >= limits.streamsPerSession)
        return full(`this session has ${String(limits.streamsPerSession)} streams already`);
      if ((addresses.get(address) ?? 0) >= limits.streamsPerAddress)
        return full(`${address} has ${String(limits.streamsPerAddress)} streams already`);
      const count = (by: number): void => {
        all += by;
        if (session !== null) add(sessions, session, by);
        add(addresses, address, by);
      };
      count(1);
      return {
        leave: () => {
          count(-1);
        },
      };
    },
  };
}
