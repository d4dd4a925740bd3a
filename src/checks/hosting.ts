import { type Finding } from '../cutover/finding.ts';
import { type Plan } from '../cutover/plan.ts';
import { type Delegation } from '../cutover/survey.ts';
import { displayName } from '../dns/name.ts';
import { type Fault, toFault } from '../errors.ts';
import { type Hosting, type Provider } from '../provider.ts';
import { findingOf, type Catalogued, type Verdict } from './check.ts';

export interface HostingInput {
  readonly plan: Plan;
  readonly provider: Provider;
  readonly delegation: Delegation;
  readonly signal: AbortSignal;
}

const credentials: Catalogued = {
  id: 'provider-credentials',
  family: 'state',
  severity: 'blocker',
  what: 'the credentials are valid, and show the zone',
  expected: 'the provider answers for the zone',
  consequence: 'Nothing could be written, a rollback included.',
  refs: [],
};

const nameServers: Catalogued = {
  id: 'provider-name-servers',
  family: 'authority',
  severity: 'blocker',
  what: 'the world is sent to the name servers that the provider gave this zone',
  expected: 'a delegation to the name servers of the provider, and to no others',
  consequence:
    'What is written at the provider would not be what all the world asks for: another zone of the same name, or servers of somebody else, answer in its place.',
  refs: ['RFC 1034 4.2.1'],
};

const excess: Catalogued = {
  id: 'provider-excess-rights',
  family: 'state',
  severity: 'warning',
  what: 'the credentials can do no more than the cutover needs',
  expected: 'rights to read the zone and to change its records',
  consequence: 'Whoever gets hold of these credentials can do more harm than they would have to.',
  refs: ['docs/providers'],
};

const zoneState: Catalogued = {
  id: 'provider-zone-state',
  family: 'state',
  severity: 'warning',
  what: 'nothing at the provider stands in the way of a change of these records',
  expected: 'an active zone whose records can be changed',
  consequence: 'The provider refuses the write, or what is written has no effect.',
  refs: [],
};

/** The checks of what a provider tells about itself; most name servers of one's own tell nothing. */
export const hostingChecks: readonly Catalogued[] = [credentials, nameServers, excess, zoneState];

function serversVerdict(
  { plan, delegation }: HostingInput,
  { nameServers: own }: Hosting,
): Verdict {
  const subject = displayName(plan.zone);
  const observed = `the parent names ${delegation.parentNameServers.join(' ') || 'nobody'}; ${plan.provider} has ${own.join(' ') || 'none'}`;
  if (delegation.source === 'configured')
    return {
      ...{ outcome: 'skipped', subject, observed: 'servers from the configuration' },
      summary: `Not looked at: the configuration names the servers of ${subject} (authority.replace).`,
    };
  const known = new Set<string>(own);
  const strange = delegation.parentNameServers.filter(name => !known.has(name));
  if (strange.length === 0 && delegation.parentNameServers.length > 0)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `${subject} is delegated to name servers of ${plan.provider}.`,
    };
  const all = strange.length === delegation.parentNameServers.length;
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: all
      ? `The world asks ${strange.join(' ') || 'nobody'} for ${subject}, not the name servers that ${plan.provider} gave this zone.`
      : `Some of the world asks ${strange.join(' ')} for ${subject}, which ${plan.provider} does not run.`,
    remedy: all
      ? 'Name the zone that is delegated (another zone id, account or provider), or mend the NS records at the registrar first. If these are other names of the same servers, accept this finding.'
      : 'Take the others out of the delegation, or accept this finding if they are fed by this zone.',
  };
}

function rightsVerdict({ plan }: HostingInput, { excessRights }: Hosting): Verdict {
  const subject = plan.provider;
  if (excessRights === null)
    return {
      ...{ outcome: 'skipped', subject, observed: 'the provider does not say' },
      summary: `Whether the credentials of ${subject} can do more than they need cannot be asked for.`,
    };
  const observed = excessRights.join(', ') || 'none besides';
  if (excessRights.length === 0)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `The credentials of ${subject} can do no more than they need.`,
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `The credentials of ${subject} can do more than a cutover needs: ${observed}.`,
    remedy: 'Make credentials for this zone alone, with the rights that docs/providers lists.',
  };
}

const stateVerdicts = ({ plan }: HostingInput, { id, remarks }: Hosting): readonly Verdict[] =>
  remarks.length === 0
    ? [
        {
          ...{ outcome: 'pass', subject: plan.provider, observed: `zone ${id}` },
          summary: `${plan.provider} names nothing that stands in the way.`,
        },
      ]
    : remarks.map(({ severity, subject, summary, remedy }) => ({
        ...{ outcome: 'bad', severity, subject, summary, remedy, observed: `zone ${id}` },
      }));

function unheard({ plan }: HostingInput, fault: Fault): Verdict {
  const refused = ['UNAUTHORIZED', 'NOT_FOUND', 'UNSUPPORTED'].includes(fault.code);
  return {
    outcome: refused ? 'bad' : 'could-not-test',
    subject: plan.provider,
    summary: refused
      ? `${plan.provider} does not show the zone to these credentials: ${fault.message}.`
      : `${plan.provider} could not be asked about the zone.`,
    observed: `${fault.code} ${fault.message}`,
    remedy: fault.fix ?? 'Check again when the provider can be reached.',
  };
}

/**
 * What the provider tells about the zone and the credentials, as findings; none where it tells nothing.
 * Throws ABORTED, and what is no answer: BUG, STORE, LEASE_LOST.
 */
export async function hostingFindings(input: HostingInput): Promise<readonly Finding[]> {
  const { plan, provider, signal } = input;
  if (provider.hosting === undefined) return [];
  const keys = plan.tracks.map(({ name, type }) => ({ name, type }));
  let hosting: Hosting;
  try {
    hosting = await provider.hosting(plan.zone, keys, signal);
  } catch (error) {
    const fault = toFault(error);
    if (['ABORTED', 'BUG', 'STORE', 'LEASE_LOST'].includes(fault.code)) throw fault;
    return [findingOf(credentials, unheard(input, fault), plan)];
  }
  const { account, id } = hosting;
  const valid: Verdict = {
    ...{ outcome: 'pass', subject: plan.provider },
    summary: `The credentials of ${plan.provider} are valid${account === null ? '' : ` (${account})`}.`,
    observed: account === null ? `zone ${id}` : `zone ${id}, account ${account}`,
  };
  return [
    findingOf(credentials, valid, plan),
    findingOf(nameServers, serversVerdict(input, hosting), plan),
    findingOf(excess, rightsVerdict(input, hosting), plan),
    ...stateVerdicts(input, hosting).map(verdict => findingOf(zoneState, verdict, plan)),
  ];
}
