import { type Finding } from '../../cutover/finding.ts';
import { SNAPSHOT, stepPosition, valueAt } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Delegation } from '../../cutover/survey.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { sameData } from '../../dns/rrset.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { lookAtHost, type MailHost } from './mail-hosts.ts';
import { goingHosts } from './mx-sets.ts';
import { inSeconds } from '../words.ts';

const targets: Catalogued = {
  id: 'glue-and-target-ttls',
  family: 'hosts',
  severity: 'info',
  what: 'how long addresses of old and new hosts are cached, glue among them; a warning where the plan changes the address of an old host',
  expected: 'addresses of the old hosts that stay until these are closed',
  consequence:
    'Whoever still has the old MX in a cache looks for the old host by its address, which is cached apart from it.',
  refs: ['RFC 5321 5.1', 'RFC 1034 4.2.1', 'RFC 2181 5.2'],
};

export const targetChecks: readonly Catalogued[] = [targets];

const longest = ({ addresses }: MailHost): number => Math.max(0, ...addresses.map(one => one.ttl));

const ttlWords = (host: MailHost): string =>
  host.addresses.length === 0
    ? `${displayName(host.host)} not known`
    : `${displayName(host.host)} ${inSeconds(longest(host))}`;

/** Old hosts whose address the steps of the plan change or take away while mail may still go to them. */
function moved(plan: Plan, old: readonly Name[]): readonly string[] {
  const last = stepPosition(plan.steps.length - 1);
  return plan.tracks
    .filter(({ name, type }) => (type === 'A' || type === 'AAAA') && old.includes(name))
    .filter(track => {
      const [before, after] = [valueAt(track, SNAPSHOT), valueAt(track, last)];
      return before !== null && (after === null || !sameData(before, after));
    })
    .map(({ key }) => key);
}

function glueWords({ glue = [] }: Delegation, hosts: readonly MailHost[]): string {
  const names: readonly string[] = hosts.map(({ host }) => host);
  const mine = glue.filter(({ name }) => names.includes(name));
  if (mine.length === 0) return '';
  const list = mine.map(({ name, address, ttl }) => `${name} ${address} (${inSeconds(ttl)})`);
  return ` As glue the zone above has ${list.join(', ')}, which the registrar changes.`;
}

/** What the addresses behind the MX do with the time that a move takes. */
export async function targetFindings(
  input: MailInput,
  coming: readonly MailHost[],
): Promise<readonly Finding[]> {
  const { plan, survey } = input;
  const subject = displayName(plan.domain);
  const names = goingHosts(plan);
  const old = await Promise.all(names.map(async host => lookAtHost(input, host)));
  const observed = [...old, ...coming].map(one => `${one.host} ${one.observed}`).join('; ');
  const gone = moved(plan, names);
  const told: Verdict = {
    ...{ outcome: 'told', subject, observed },
    summary: `Addresses are cached for: old ${old.map(ttlWords).join(', ') || 'none'}; new ${coming.map(ttlWords).join(', ')}.${glueWords(survey.delegation, [...old, ...coming])}`,
    remedy: 'Keep the addresses of the old hosts until these are closed.',
  };
  if (gone.length === 0) return [findingOf(targets, told, plan)];
  const bad: Verdict = {
    ...{ ...told, outcome: 'bad', severity: 'warning' },
    summary: `The plan changes ${gone.join(', ')} while caches may still send mail to that old host.`,
    remedy: 'Leave the address of the old host as it is; take it away after the host was closed.',
  };
  return [findingOf(targets, bad, plan)];
}
