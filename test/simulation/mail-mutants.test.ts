import { afterEach, it, vi } from 'vitest';
import type * as Round from '../../src/cutover/mail/round.ts';
import type * as Rules from '../../src/cutover/mail/rules.ts';
import type * as Seen from '../../src/cutover/mail/seen.ts';
import { type FaultClass } from './faults.ts';
import { mustBeCaught } from './hunt.ts';

/*
 * What the rollback that comes by itself must never do, and must do, is broken here on purpose, one rule at a
 * time. The judge knows what the mail hosts really did.
 */
const modules = ['mail-rules', 'mail-round', 'mail-seen'] as const;
afterEach(() => {
  for (const name of modules) vi.doUnmock(`../../src/cutover/${name}.ts`);
});

const aim = (...classes: readonly FaultClass[]) => ({ classes, mail: true, watched: false });

const rules = (own: (original: typeof Rules) => Partial<typeof Rules>): void => {
  vi.doMock('../../src/cutover/mail/rules.ts', async importOriginal => {
    const original = await importOriginal<typeof Rules>();
    return { ...original, ...own(original) };
  });
};

const rounds = (own: Partial<typeof Round>): void => {
  vi.doMock('../../src/cutover/mail/round.ts', async importOriginal => ({
    ...(await importOriginal<typeof Round>()),
    ...own,
  }));
};

it('nothing forbids it: not a pause, nor that it was done before, nor that it is late', () => {
  rules(() => ({ forbidden: () => null }));
  return mustBeCaught({}, /M[123]/, aim('mail-lost', 'pause', 'retry-after-rollback'));
});

it('every place is believed', () => {
  rounds({ proves: () => true });
  return mustBeCaught({}, /M6/, aim('mail-down', 'mail-lost', 'mail-third-down'));
});

it('the old host is taken to accept', () => {
  rounds({ formerAccepts: () => true, proves: ({ witness, blind }) => witness && !blind });
  return mustBeCaught({}, /M5/, aim('mail-lost', 'mail-down', 'mail-old-closes'));
});

it('one round is enough', () => {
  vi.doMock('../../src/cutover/mail/seen.ts', async importOriginal => {
    const original = await importOriginal<typeof Seen>();
    const afterLook: typeof Seen.afterLook = (...of) => {
      const mail = original.afterLook(...of);
      const [, { vantage, now }] = of;
      const seen = mail.vantages[vantage];
      if (seen?.down == null) return mail;
      const long = { since: { ...now, up: now.up - 3_600_000 }, rounds: 9 };
      return { ...mail, vantages: { ...mail.vantages, [vantage]: { ...seen, down: long } } };
    };
    return { ...original, afterLook };
  });
  return mustBeCaught({}, /M4/, aim('mail-blip'));
});

it('nothing is ever rolled back', () => {
  rules(() => ({ alarmOf: () => null }));
  return mustBeCaught({}, /M7/, aim('mail-lost', 'mail-down'));
});

it('a refusal of this place alone is taken for one of the domain', () => {
  rounds({ isDown: () => true, refusing: round => round.taking });
  return mustBeCaught({}, /M4/, aim('mail-blocks-us', 'mail-greylists'));
});
