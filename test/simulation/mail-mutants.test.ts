import { it, onTestFinished, vi } from 'vitest';
import { type Now } from '../../src/clock.ts';
import { mailPaceMs } from '../../src/cutover/mail/pace.ts';
import type * as Round from '../../src/cutover/mail/round.ts';
import type * as Rules from '../../src/cutover/mail/rules.ts';
import type * as Seen from '../../src/cutover/mail/seen.ts';
import { type FaultClass } from './faults.ts';
import { mustBeCaught } from './hunt.ts';

/*
 * What the rollback that comes by itself must never do, and must do, is broken here on purpose, one rule at a
 * time. The judge knows what the mail hosts really did.
 */
interface Modules {
  readonly rules: typeof Rules;
  readonly round: typeof Round;
  readonly seen: typeof Seen;
}

const aim = (...classes: readonly FaultClass[]) => ({ classes, mail: true, watched: false });

/** What is broken is whole again afterwards, or the next mutant would hide behind this one. */
function mutate<Name extends keyof Modules>(
  name: Name,
  own: (original: Modules[Name]) => Partial<Modules[Name]>,
): void {
  const path = `../../src/cutover/mail/${name}.ts`;
  vi.doMock(path, async importOriginal => {
    const original = await importOriginal<Modules[Name]>();
    return { ...original, ...own(original) };
  });
  onTestFinished(() => {
    vi.doUnmock(path);
  });
}

/** Another memory of the places: what is kept of one, after what was kept before. */
function remember(
  change: (seen: Seen.VantageSeen, before: Seen.VantageSeen | null, now: Now) => Seen.VantageSeen,
): void {
  mutate('seen', original => {
    const afterLook: typeof Seen.afterLook = (mail, look, paceMs) => {
      const { vantage, now } = look;
      const after = original.afterLook(mail, look, paceMs);
      const seen = after.vantages[vantage];
      if (seen === undefined) return after;
      const changed = change(seen, mail.vantages[vantage] ?? null, now);
      return { ...after, vantages: { ...after.vantages, [vantage]: changed } };
    };
    // The fold reaches its own module by no import.
    const mailAfter: typeof Seen.mailAfter = (cutover, line) =>
      line.type === 'mail.judged'
        ? afterLook(cutover.mail, line.data, mailPaceMs(cutover.plan.policy.mail))
        : original.mailAfter(cutover, line);
    return { afterLook, mailAfter };
  });
}

it('nothing forbids it: not a pause, nor that it was done before, nor that it is late', () => {
  mutate('rules', () => ({ forbidden: () => null }));
  return mustBeCaught({}, /M[123]/, aim('mail-lost', 'pause', 'retry-after-rollback'));
});

it('every place is believed', () => {
  mutate('round', () => ({ proves: () => true }));
  return mustBeCaught({}, /M6/, aim('mail-down', 'mail-lost', 'mail-third-down'));
});

it('the old host is taken to accept', () => {
  mutate('round', () => ({
    formerAccepts: () => true,
    proves: ({ witness, blind }) => witness && !blind,
  }));
  return mustBeCaught({}, /M5/, aim('mail-lost', 'mail-down', 'mail-old-closes'));
});

it('one round is enough', () => {
  remember((seen, _, now) => {
    if (seen.down === null) return seen;
    return { ...seen, down: { since: { ...now, up: now.up - 3_600_000 }, rounds: 9 } };
  });
  return mustBeCaught({}, /M4/, aim('mail-blip'));
});

it('a good round ends no count', () => {
  remember((seen, before) => ({
    ...seen,
    down: seen.down ?? before?.down ?? null,
    lost: seen.lost ?? before?.lost ?? null,
  }));
  return mustBeCaught({}, /M4/, aim('mail-blip'));
});

it('nothing is ever rolled back', () => {
  mutate('rules', () => ({ alarmOf: () => null }));
  return mustBeCaught({}, /M7/, aim('mail-lost', 'mail-down'));
});

it('a refusal of this place alone is taken for one of the domain', () => {
  mutate('round', () => ({ isDown: () => true, refusing: round => round.taking }));
  return mustBeCaught({}, /M4/, aim('mail-blocks-us', 'mail-greylists'));
});
