import { expect } from 'vitest';
import { mailHosts } from '../../src/cutover/mail/hosts.ts';
import { type Oracle } from './model.ts';

/** What must be true of a rollback that comes by itself, told apart from how the core comes to it. */
export function mailOracle(): Oracle {
  let times = 0;
  return {
    hears: () => undefined,
    reads: (line, before) => {
      if (line.type === 'mail.judged') expect(before?.plan.policy.mail?.ask).toBe(true);
      if (line.type !== 'rollback.asked' || line.data.automatic !== true || before === null) return;
      if (before.stage === 'rollback') return;
      times += 1;
      expect(times, 'once in a run').toBe(1);
      expect(before.paused, 'never while paused').toBeNull();
      expect(before.ending).toBeNull();
      expect(before.intent, 'never while a write is open').toBeNull();
      expect(mailHosts(before), 'a swap is out').not.toBeNull();
      expect(['gate', 'swap', 'propagate', 'sweep']).toContain(before.stage);
      expect([
        'conflict',
        'write-refused',
        'write-failing',
        'dnssec-bogus',
        'mx-missing',
      ]).not.toContain(before.hold?.why);
    },
    looks: after => {
      const { rollback, mail } = after;
      if (rollback?.automatic === true) expect(mail.rolledBack).not.toBeNull();
    },
  };
}
