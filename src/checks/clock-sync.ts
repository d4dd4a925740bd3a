import { type Finding } from '../cutover/finding.ts';
import { type Catalogued, findingOf, type Verdict } from './check.ts';
import { type MailInput } from './input.ts';

const clockSync: Catalogued = {
  id: 'clock-sync',
  family: 'people',
  first: true,
  severity: 'blocker',
  what: 'the clock of this machine agrees with that of the provider; where that is not told this only warns',
  expected: 'two seconds apart at most',
  consequence:
    'Windows open at another moment than planned, and what the journal says of TTLs is worth less.',
  refs: ['RFC 9110 6.6.1', 'RFC 8945 5.2.3'],
};

export const clockChecks: readonly Catalogued[] = [clockSync];

/** Both clocks show whole seconds there, and the answer was on its way for a while. */
const APART_MOST_MS = 2000;

function verdictOf({ plan, provider }: Pick<MailInput, 'plan' | 'provider'>): Verdict {
  const subject = plan.provider;
  const seen = provider.skew?.() ?? null;
  if (seen === null)
    return {
      ...{ outcome: 'could-not-test', severity: 'warning', subject },
      summary: `${subject} has not told what time it is, so the clock of this machine was compared with none.`,
      observed: 'no answer with a time',
      remedy: 'See that this machine keeps its clock by NTP (timedatectl, chronyc tracking).',
    };
  const seconds = (Math.abs(seen.aheadMs) / 1000).toFixed(1);
  const observed = `${subject} is ${seconds} s ${seen.aheadMs < 0 ? 'behind' : 'ahead'}, give or take ${(seen.unsureMs / 1000).toFixed(1)} s (${seen.by})`;
  if (Math.abs(seen.aheadMs) - seen.unsureMs <= APART_MOST_MS)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `The clocks of this machine and of ${subject} agree.`,
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `The clocks of this machine and of ${subject} are ${seconds} s apart.`,
    remedy: 'Set the clock of this machine by NTP, and check again.',
  };
}

/** Compares our clock with that of whoever answered last at the provider. */
export const clockFindings = async (input: MailInput): Promise<readonly Finding[]> =>
  input.plan.policy.mail === undefined ? [] : [findingOf(clockSync, verdictOf(input), input.plan)];
