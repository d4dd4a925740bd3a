import { canaryKey, canaryTtl, withCanary } from '../cutover/canary.ts';
import { type Finding } from '../cutover/finding.ts';
import { SNAPSHOT } from '../cutover/path.ts';
import { keyText, rrset } from '../dns/rrset.ts';
import { type Code, toFault } from '../errors.ts';
import { findingOf, type Catalogued, type Verdict } from './check.ts';
import { type WriteInput } from './write.ts';

const canaryWritable: Catalogued = {
  id: 'canary-writable',
  family: 'state',
  severity: 'info',
  what: 'the provider would take the canary, where one is wanted, and nothing stands in its place',
  expected: 'nothing stands there, and the provider would take it',
  consequence: 'Resolvers are not measured with it; nothing of the move waits for it.',
  refs: ['RFC 4592 2.2.1'],
};

export const canaryChecks: readonly Catalogued[] = [canaryWritable];

/** These are not about the zone: whoever runs the checks must hear them. */
const ours: readonly Code[] = ['ABORTED', 'BUG', 'STORE', 'LEASE_LOST'];

type Input = Pick<WriteInput, 'plan' | 'provider' | 'places' | 'signal'>;

async function judge({ plan, provider, signal }: Input): Promise<Verdict> {
  const key = canaryKey(plan.domain);
  const subject = keyText(key);
  const remedy = 'Set watch.canary to false, or mend it and check again.';
  try {
    const there = await provider.read(key, signal);
    if (there !== null)
      return {
        ...{ outcome: 'bad', subject, remedy, observed: there.rrset.rdata.join(' | ') },
        summary: 'A record that is not ours stands in the place of the canary.',
      };
    const ttl = canaryTtl(plan, provider.capabilities.minTtl);
    const canary = rrset({ ...key, ttl, rdata: ['"dns-cutover canary run=none"'] });
    const to = { rrset: canary, extras: null, token: null };
    const is = await provider.writable([{ from: null, to }], signal);
    const sure = is === 'yes' ? 'would take the canary' : 'objects to nothing';
    return { outcome: 'pass', subject, summary: `${plan.provider} ${sure}.`, observed: is };
  } catch (error) {
    const fault = toFault(error);
    if (ours.includes(fault.code)) throw fault;
    const unheard = ['UNAVAILABLE', 'RATE_LIMITED', 'MALFORMED'].includes(fault.code);
    return {
      ...{ outcome: unheard ? 'could-not-test' : 'bad', subject, remedy: fault.fix ?? remedy },
      summary: unheard
        ? `Whether ${plan.provider} would take the canary could not be asked.`
        : `${plan.provider} would refuse the canary.`,
      observed: `${fault.code} ${fault.message}`,
    };
  }
}

/** Before the first write of a cutover that wants a canary; at no gate, since nothing waits for it. */
export async function canaryFindings(input: Input): Promise<readonly Finding[]> {
  const { plan, places } = input;
  const begun = plan.tracks.some(({ key }) => (places[key] ?? SNAPSHOT) !== SNAPSHOT);
  if (!withCanary(plan) || begun) return [];
  return [findingOf(canaryWritable, await judge(input), plan)];
}
