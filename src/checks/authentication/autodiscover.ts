import { type Finding } from '../../cutover/finding.ts';
import { SNAPSHOT } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Inquire, type Inquired } from '../../dns/inquiry.ts';
import { type Mx } from '../../dns/mx.ts';
import {
  displayName,
  isWithin,
  type Name,
  nameLabels,
  parentOf,
  parseAnyName,
  ROOT,
} from '../../dns/name.ts';
import { keyText, type RecordType } from '../../dns/rrset.ts';
import { presetOf } from '../../mail/presets/presets.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { lookAtHost, type MailHost } from '../hosts/mail-hosts.ts';
import { goingHosts } from '../hosts/mx-sets.ts';
import { mxAt } from './spf-facts.ts';

const plan: Catalogued = {
  id: 'autodiscover-plan',
  family: 'authentication',
  severity: 'info',
  what: 'where mail programs find their server (autodiscover, autoconfig, SRV), which moves with the mailboxes',
  expected: 'names that still lead to the old side, each with a plan of its own',
  consequence: 'Mail programs go on reading the old mailboxes, or ask for a password in vain.',
  refs: [
    'RFC 6186 3',
    'RFC 8314 5.1',
    'https://learn.microsoft.com/exchange/architecture/client-access/autodiscover',
  ],
};

export const autodiscoverChecks: readonly Catalogued[] = [plan];

/** What mail programs look for, relative to the domain. */
const lookedFor: readonly (readonly [prefix: string, type: RecordType])[] = [
  ['autodiscover', 'A'],
  ['_autodiscover._tcp', 'SRV'],
  ['autoconfig', 'A'],
  ...['_imaps', '_imap', '_pop3s', '_submissions', '_submission'].map(
    service => [`${service}._tcp`, 'SRV'] as const,
  ),
];

/** One name that mail programs ask for, and what it leads to. */
export interface Discovered {
  readonly name: Name;
  readonly type: RecordType;
  readonly said: Inquired;
  /** Hosts that it leads to. */
  readonly hosts: readonly Name[];
}

function hostsOf(type: RecordType, said: Inquired): readonly Name[] {
  if (said.is === 'unanswered') return [];
  if (type !== 'SRV' || said.is === 'absent') return said.aliases.slice(-1);
  // `0 0 0 .` says that there is no such service (RFC 2782).
  return said.rdata
    .map(text => parseAnyName(text.split(' ').at(-1) ?? '.'))
    .filter(host => host !== ROOT);
}

export const discover = async (domain: Name, inquire: Inquire): Promise<readonly Discovered[]> =>
  Promise.all(
    lookedFor.map(async ([prefix, type]) => {
      const name = parseAnyName(`${prefix}.${domain}`);
      const said = await inquire(name, type);
      return { name, type, said, hosts: hostsOf(type, said) };
    }),
  );

/** What is left: its hosts, and where its provider has mail programs sent. */
export interface OldSide {
  readonly hosts: readonly MailHost[];
  readonly discovery: readonly Name[];
}

/** The names below which a host and its neighbours stand; those of the zone that moves have none. */
function neighbourhood({ host, own }: MailHost): Name {
  const parent = parentOf(host);
  return own || parent === null || nameLabels(parent).length < 2 ? host : parent;
}

/** Does it lead to an old host, to a neighbour of one, or to one of their addresses? */
function leadsTo({ type, said, hosts }: Discovered, old: OldSide): Name | null {
  const addresses = type === 'A' && said.is === 'found' ? said.rdata : [];
  const provider = hosts.find(host => old.discovery.includes(host));
  const found = old.hosts.find(
    one =>
      hosts.some(host => isWithin(host, neighbourhood(one))) ||
      one.addresses.some(({ address }) => addresses.includes(address)),
  );
  return found?.host ?? provider ?? null;
}

/** When the plan moves it; null: it leaves it. */
function plannedAt({ tracks }: Plan, { name }: Discovered): string | null {
  const track = tracks.find(one => one.name === name && (one.swapped || one.afterwards));
  if (track === undefined) return null;
  return track.swapped ? 'with the swap' : 'afterwards';
}

const shown = ({ name, type, said, hosts }: Discovered): string => {
  if (said.is !== 'found') return `${keyText({ name, type })}: nothing`;
  const where = hosts.length > 0 ? hosts.map(displayName).join(' ') : said.rdata.join(' ');
  return `${displayName(name)} leads to ${where} (TTL ${said.ttl} s)`;
};

export function discoveredVerdicts(
  at: Plan,
  found: readonly Discovered[],
  side: OldSide,
): readonly Verdict[] {
  const subject = displayName(at.domain);
  const there = found.filter(({ said, hosts }) => said.is === 'found' || hosts.length > 0);
  const silent = found.flatMap(one =>
    one.said.is === 'unanswered' ? [`${displayName(one.name)}: ${one.said.why}`] : [],
  );
  if (there.length === 0 && silent.length > 0)
    return [
      {
        ...{ outcome: 'could-not-test', subject, observed: silent.join('; ') },
        summary: `What mail programs look for below ${subject} could not be asked for.`,
        remedy: 'Let this machine reach the authoritative servers, then check again.',
      },
    ];
  if (there.length === 0)
    return [
      {
        ...{ outcome: 'skipped', subject, observed: 'no such names' },
        summary: `${subject} has no names that mail programs look for.`,
      },
    ];
  const old = there.flatMap((one): readonly Verdict[] => {
    const host = leadsTo(one, side);
    if (host === null) return [];
    const planned = plannedAt(at, one);
    const name = displayName(one.name);
    return [
      {
        ...{ outcome: 'told', subject: name, observed: shown(one) },
        summary:
          planned === null
            ? `${name} still points at ${displayName(host)}: fine until mailboxes move, and the plan leaves it.`
            : `${name} points at ${displayName(host)}, and the plan moves it ${planned}.`,
        remedy:
          'Move it when the mailboxes move, in `records`, a step or `afterwards`, and lower its TTL before.',
      },
    ];
  });
  if (old.length > 0) return old;
  const observed = there.map(shown).join('; ');
  const summary = 'What mail programs look for does not lead to the old hosts.';
  return [{ outcome: 'pass', subject, summary, observed }];
}

/** Where the provider that is left has mail programs sent. */
function discoveryOf({ domain }: Plan, before: readonly Mx[]): readonly Name[] {
  const made = presetOf(before, domain)?.generate?.(domain, {}).autodiscover ?? [];
  return made.map(({ value }) => parseAnyName(value));
}

/** Where mail programs are sent, and whether that is the side that is left. */
export async function autodiscoverFindings(input: MailInput): Promise<readonly Finding[]> {
  const at = input.plan;
  const [found, hosts] = await Promise.all([
    discover(at.domain, input.inquire),
    Promise.all(goingHosts(at).map(async host => lookAtHost(input, host))),
  ]);
  const discovery = hosts.length === 0 ? [] : discoveryOf(at, mxAt(at, SNAPSHOT));
  return discoveredVerdicts(at, found, { hosts, discovery }).map(verdict =>
    findingOf(plan, verdict, at),
  );
}
