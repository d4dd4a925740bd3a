import { type AccessGround } from '../../src/access/ground.ts';
import { type Access } from '../../src/access/access.ts';
import { makeAccess } from '../../src/access/make-access.ts';
import { type Principal, type Role } from '../../src/access/principal.ts';
import { memoryBacking, memoryStore } from '../../src/store/memory.ts';
import { seededChance } from '../../src/rehearsal/chance.ts';
import { virtualClock } from '../support/virtual-clock.ts';

export const hour = 3_600_000;

export interface Place {
  readonly access: Access;
  readonly ground: AccessGround;
  readonly now: () => number;
  /** Lets so much time pass. */
  readonly pass: (ms: number) => void;
  /** Another process on the same store. */
  readonly other: (id: string) => Access;
  /** The secret and the id of a new token. */
  readonly token: (given?: TokenGiven) => Promise<{ readonly secret: string; readonly id: string }>;
}

interface TokenGiven {
  readonly role?: Role;
  readonly cutovers?: readonly string[] | null;
  readonly lastsMs?: number;
}

/** Whoever works on the machine itself. */
export const atTheDesk: Principal = {
  ...{ id: 'local', kind: 'token', token: null, name: 'anna', role: 'admin' },
  ...{ cutovers: null, expiresAt: Number.MAX_SAFE_INTEGER },
};

/** Access over a store in memory, under a clock that is put forward by hand. */
export function openPlace(seed = 1): Place {
  const clock = virtualClock();
  const chance = seededChance(seed);
  const backing = memoryBacking('e1');
  const groundOf = (id: string): AccessGround => ({
    documents: memoryStore(backing, { id, pid: 1, host: 'here' }).documents,
    ...{ clock, chance },
  });
  const ground = groundOf('first');
  const access = makeAccess(ground);
  const now = (): number => clock.now().wall;
  return {
    ...{ access, ground, now },
    pass: ms => {
      clock.jump(ms);
    },
    other: id => makeAccess(groundOf(id)),
    token: async ({ role = 'viewer', cutovers = null, lastsMs = 24 * hour } = {}) => {
      const order = { name: `a ${role}`, role, cutovers, by: 'anna' };
      const made = await access.createToken({ ...order, expiresAt: now() + lastsMs });
      return { secret: made.secret, id: made.token.id };
    },
  };
}
