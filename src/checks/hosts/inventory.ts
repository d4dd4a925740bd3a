import { type Finding } from '../../cutover/finding.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Inquire } from '../../dns/inquiry.ts';
import { parseMx } from '../../dns/mx.ts';
import { displayName, isWithin, type Name, parseName } from '../../dns/name.ts';
import { type RRset } from '../../dns/rrset.ts';
import { type Code, toFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { goingHosts } from './mx-sets.ts';
import { count } from '../words.ts';

const others: Catalogued = {
  id: 'wildcard-and-subdomain-mx',
  family: 'state',
  severity: 'warning',
  what: 'other names of the zone that have an MX, a wildcard among them, do not name an old host',
  expected: 'no MX besides those of the plan that names a host that is to be closed',
  consequence: 'Mail for these names stops when the old host closes; the plan does not touch them.',
  refs: ['RFC 4592 2.2', 'RFC 4592 3.3'],
};

const domains: Catalogued = {
  id: 'other-domains-on-old-host',
  family: 'state',
  severity: 'warning',
  what: 'no other domain of the account sends its mail to an old host',
  expected: 'no other domain, or only such as move in the same waves (retire.shared)',
  consequence: 'Mail for these domains stops when the old host closes.',
  refs: ['RFC 5321 5.1'],
};

export const inventoryChecks: readonly Catalogued[] = [others, domains];

/** These are not about the zone: whoever runs the checks must hear them. */
const ours: readonly Code[] = ['ABORTED', 'BUG', 'STORE', 'LEASE_LOST'];

/** Names that often have an MX of their own, asked for where the zone cannot be listed. */
const usual = [
  ...['*', 'mail', 'email', 'lists', 'list', 'bounces', 'bounce', 'reply', 'support', 'help'],
  ...['news', 'newsletter', 'em', 'send', 'mg', 'feedback-smtp', 'smtp', 'mx', 'www'],
];

interface Listed {
  readonly sets: readonly RRset[];
  /** Whether every MX of the zone is among them. */
  readonly whole: boolean;
  readonly observed: string;
}

/** Asks for the usual names; a wildcard answers for most of them, and is told once. */
async function guessed({ zone }: Plan, inquire: Inquire): Promise<readonly RRset[]> {
  const found = await Promise.all(
    usual.map(async (label): Promise<readonly RRset[]> => {
      const name = parseName(`${label}.${zone}`);
      const said = await inquire(name, 'MX');
      if (said.is !== 'found' || said.aliases.length > 0) return [];
      return [{ name, type: 'MX', ttl: said.ttl, rdata: said.rdata }];
    }),
  );
  const [wildcard = [], ...rest] = found;
  const made = wildcard[0]?.rdata.join();
  return [...wildcard, ...rest.flat().filter(({ rdata }) => rdata.join() !== made)];
}

async function listed({ plan, provider, inquire, signal }: MailInput): Promise<Listed> {
  if (provider.mxSets !== undefined) {
    const sets = await provider.mxSets(plan.zone, signal);
    return { sets, whole: true, observed: `the list of ${plan.provider}` };
  }
  const sets = await guessed(plan, inquire);
  return { sets, whole: false, observed: `${count(usual.length, 'usual name')} asked for` };
}

/** The old hosts among those of a set. */
const oldAmong = (rdata: readonly string[], old: readonly Name[]): readonly Name[] =>
  rdata.map(text => parseMx(text).exchange).filter(host => old.includes(host));

const textOf = ({ name, rdata }: Pick<RRset, 'name' | 'rdata'>): string =>
  `${displayName(name)} (${rdata.join(', ')})`;

/** Lists are cut: what is shown must be read by somebody. */
const some = (texts: readonly string[]): string =>
  [...texts.slice(0, 10), ...(texts.length > 10 ? [`and ${texts.length - 10} more`] : [])].join(
    '; ',
  );

function othersVerdict(plan: Plan, { sets, whole, observed }: Listed): Verdict {
  const subject = displayName(plan.zone);
  const managed = new Set(plan.tracks.filter(({ type }) => type === 'MX').map(({ name }) => name));
  const rest = sets.filter(({ name }) => !managed.has(name));
  const old = goingHosts(plan);
  const breaking = rest.filter(({ rdata }) => oldAmong(rdata, old).length > 0);
  const seen = `${observed}: ${some(rest.map(textOf)) || 'no other MX'}`;
  if (breaking.length > 0)
    return {
      ...{ outcome: 'bad', subject, observed: seen },
      summary: `${count(breaking.length, 'other name')} of ${subject} still ${breaking.length === 1 ? 'names' : 'name'} the old host: ${some(breaking.map(textOf))}.`,
      remedy: 'Add them to the records of the cutover, or keep the old host for them.',
    };
  if (!whole && rest.length === 0)
    return {
      ...{ outcome: 'skipped', severity: 'info', subject, observed: seen },
      summary: `${plan.provider} cannot list ${subject}; the usual names have no MX of their own.`,
    };
  const list = some(rest.map(textOf));
  const summary =
    rest.length === 0
      ? `No other name of ${subject} has an MX.`
      : `${count(rest.length, 'other name')} of ${subject} with an MX, left as it is: ${list}.`;
  return { outcome: 'pass', severity: 'info', subject, summary, observed: seen };
}

/** A provider that was not heard: that is no finding about the zone. */
function unheard({ plan }: MailInput, error: unknown): Verdict {
  const fault = toFault(error);
  if (ours.includes(fault.code)) throw fault;
  return {
    ...{ outcome: 'could-not-test', subject: displayName(plan.zone) },
    summary: `${plan.provider} could not be asked for its list.`,
    observed: `${fault.code} ${fault.message}`,
    remedy: fault.fix ?? 'Check again when the provider can be reached.',
  };
}

interface Neighbours {
  readonly domains: readonly Name[];
  readonly whole: boolean;
}

/** The other zones of the account; null where they cannot be listed. */
async function neighbours({ plan, provider, signal }: MailInput): Promise<Neighbours | null> {
  if (provider.zones === undefined) return null;
  const { zones, whole } = await provider.zones(limits.zonesListed, signal);
  return { domains: [...new Set(zones)].filter(name => name !== plan.zone), whole };
}

async function domainsVerdict(input: MailInput): Promise<Verdict> {
  const { plan, inquire } = input;
  const subject = displayName(plan.domain);
  const old = goingHosts(plan);
  const skipped = (summary: string, observed: string): Verdict => ({
    ...{ outcome: 'skipped', subject, summary, observed },
  });
  if (old.length === 0) return skipped('No mail host is left behind.', 'no host goes');
  const near = await neighbours(input);
  if (near === null)
    return skipped(
      `${plan.provider} does not tell which other domains there are.`,
      'nobody could be asked',
    );
  const asked = await Promise.all(
    near.domains.map(async domain => ({ domain, said: await inquire(domain, 'MX') })),
  );
  const left = asked.filter(
    ({ said }) => said.is === 'found' && oldAmong(said.rdata, old).length > 0,
  );
  const mute = asked.filter(({ said }) => said.is === 'unanswered');
  const observed = `${count(near.domains.length, 'domain')} asked, ${mute.length} without an answer${near.whole ? '' : '; there are more than were listed'}`;
  const hosts = old.map(displayName).join(' ');
  if (left.length > 0)
    return {
      ...{ outcome: 'bad', subject, observed },
      // Then it is closed after the last of them only.
      ...(plan.policy.retire.shared === true ? { severity: 'info' as const } : {}),
      summary: `${some(left.map(({ domain }) => displayName(domain)))} also ${left.length === 1 ? 'uses' : 'use'} ${hosts}; closing it affects ${left.length === 1 ? 'it' : 'them'}.`,
      remedy: 'Move these domains first, or keep the old host open (retire.old: stays).',
    };
  if (mute.length > 0 || !near.whole)
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `Not all other domains could be asked whether they use ${hosts}.`,
      remedy: 'See by hand which domains the old host serves, before it is closed.',
    };
  return {
    ...{ outcome: 'pass', subject, observed },
    summary: `No other domain of ${plan.provider} uses ${hosts}.`,
  };
}

/** What else depends on the hosts that are left. */
export async function inventoryFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan } = input;
  if (plan.policy.mail?.ask !== true) return [];
  const inside = plan.tracks.some(({ name, type }) => type === 'MX' && isWithin(name, plan.zone));
  if (!inside) return [];
  const rest = await listed(input).then(
    list => othersVerdict(plan, list),
    (error: unknown) => unheard(input, error),
  );
  const near = await domainsVerdict(input).catch((error: unknown) => unheard(input, error));
  return [findingOf(others, rest, plan), findingOf(domains, near, plan)];
}
