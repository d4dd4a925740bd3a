import { type Finding } from '../../cutover/finding.ts';
import { LOW, SNAPSHOT, type Track, valueAt } from '../../cutover/path.ts';
import { idSettled } from '../../cutover/prepared.ts';
import { displayName, isWithin, type Name } from '../../dns/name.ts';
import { readStsRecord } from '../../mail/sts-policy.ts';
import { txtText } from '../../mail/txt.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { organisationOf } from '../organisation.ts';
import { goingHosts } from '../hosts/mx-sets.ts';
import { hostsBefore, idTrack, modeOf, mxTracks, type StsFacts, stsFacts } from './sts-facts.ts';
import { inSeconds, iso } from '../words.ts';

const settled: Catalogued = {
  id: idSettled,
  family: 'policy',
  severity: 'blocker',
  what: 'senders have had time to hear of the policy that names the new hosts: its id has changed, and a day has passed',
  expected: 'a new id in the TXT at _mta-sts, served for its old TTL and 24 h at least',
  consequence:
    'Senders that hold the policy of the id before must not deliver to the new hosts, until they look at the id again.',
  refs: ['RFC 8461 3.1', 'RFC 8461 8.1'],
};

const hostOwner: Catalogued = {
  id: 'mta-sts-host-owner',
  family: 'policy',
  severity: 'warning',
  what: 'the policy host and the record at _mta-sts do not depend on the old provider',
  expected: 'names and addresses that stay when the old contract ends',
  consequence:
    'When the old provider switches it off, the policy can no longer be changed, and binds senders until its max_age.',
  refs: ['RFC 8461 8.2'],
};

export const policyOrderChecks: readonly Catalogued[] = [settled, hostOwner];

const recordAt = (track: Track, position: number) =>
  readStsRecord((valueAt(track, position)?.rdata ?? []).map(txtText));

/** A policy that binds or tests: the id says when it is new. */
const severityOf = (facts: StsFacts): 'blocker' | 'warning' =>
  modeOf(facts) === 'testing' || modeOf(facts) === 'none' ? 'warning' : 'blocker';

const remedyId =
  'Put a new id under `prepare` (TXT at _mta-sts): it is written last, once the policy names every host.';

/** What the plan makes of the id, before anybody waits for it. */
function plannedVerdict(facts: StsFacts, track: Track): Verdict | null {
  const subject = displayName(facts.owner);
  const [before, after] = [recordAt(track, SNAPSHOT), recordAt(track, LOW)];
  const observed = `${track.key}: ${before.is} before, ${after.is} after`;
  if (after.is !== 'record')
    return {
      ...{ outcome: 'bad', severity: severityOf(facts), subject, observed },
      summary: `The plan takes the MTA-STS record of ${subject} away, or makes it void: policies that senders hold bind them all the same until max_age.`,
      remedy: 'Leave the record, and publish a policy of `mode: none` first.',
    };
  if (before.is === 'record' && before.id === after.id)
    return {
      ...{ outcome: 'bad', severity: severityOf(facts), subject, observed },
      summary: `The plan leaves the id ${after.id} as it is: senders would not notice a new policy.`,
      remedy: remedyId,
    };
  return null;
}

function waitVerdict({ prepared }: MailInput, facts: StsFacts, track: Track): Verdict {
  const subject = displayName(facts.owner);
  const wait = prepared?.find(one => one.track.key === track.key);
  const observed = facts.observed;
  if (wait === undefined)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: 'The plan writes a new id last, and waits for it before the swap.',
    };
  if (wait.leftMs === null || wait.until === null)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: 'The new id is not written yet; the gate waits for it.',
    };
  if (wait.leftMs === 0)
    return { outcome: 'pass', subject, observed, summary: 'Senders have had time for the new id.' };
  return {
    ...{ outcome: 'bad', severity: severityOf(facts), subject, observed },
    summary: `Senders may still hold the policy of the id before until ${iso(wait.until)}.`,
    remedy: `Wait (${inSeconds(Math.ceil(wait.leftMs / 1000))} left), or accept this finding if the policy before named the new hosts.`,
  };
}

function idVerdict(input: MailInput, facts: StsFacts): Verdict {
  const subject = displayName(facts.owner);
  const { record, observed } = facts;
  const track = idTrack(input.plan, facts.owner);
  if (track?.prepared === true)
    return plannedVerdict(facts, track) ?? waitVerdict(input, facts, track);
  if (facts.forgotten)
    return {
      ...{ outcome: 'skipped', subject, observed },
      summary: 'No TXT announces the policy that is served: there is no id. See mta-sts-body.',
    };
  if (record?.is === 'none' || (record !== null && modeOf(facts) === 'none'))
    return {
      outcome: 'pass',
      subject,
      observed,
      summary: `No policy of ${subject} binds senders.`,
    };
  return {
    ...{ outcome: 'could-not-test', severity: severityOf(facts), subject, observed },
    summary: `Since when senders know the policy of ${subject} that is served now, nobody can tell: the plan changes no id.`,
    remedy: `${remedyId} If the policy has named the new hosts for longer than its max_age, accept this finding and say so.`,
  };
}

/** Does an alias, or an address, lead to where the old hosts are? */
async function leadsToOld(
  input: MailInput,
  facts: StsFacts,
  old: readonly Name[],
): Promise<string | null> {
  for (const host of old) {
    const organisation = await organisationOf(host);
    // Where the old host has a name of the domain itself, names tell nothing.
    const alias = isWithin(facts.owner, organisation)
      ? undefined
      : facts.aliases.find(target => isWithin(target, organisation));
    if (alias !== undefined) return `${displayName(alias)} belongs to ${displayName(organisation)}`;
    const said = await Promise.all((['A', 'AAAA'] as const).map(type => input.inquire(host, type)));
    const addresses = said.flatMap(one => (one.is === 'found' ? one.rdata : []));
    const shared = facts.bodies.find(({ address }) => addresses.includes(address));
    if (shared !== undefined) return `${shared.address} is an address of ${displayName(host)}`;
  }
  return null;
}

async function ownerVerdict(input: MailInput, facts: StsFacts, track: Track): Promise<Verdict> {
  const subject = displayName(facts.policyHost);
  const { observed, record } = facts;
  if (record?.is === 'none' && facts.bodies.length === 0)
    return { outcome: 'pass', subject, observed, summary: 'There is no policy host to lose.' };
  const going = goingHosts(input.plan);
  const old = hostsBefore(track).filter(host => going.includes(host));
  const why = await leadsToOld(input, facts, old);
  if (why === null)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: 'Nothing shows that the policy host goes with the old provider.',
    };
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `The MTA-STS policy of ${displayName(facts.owner)} is served by the old provider: ${why}.`,
    remedy: `Move ${subject} and the record at _mta-sts to a place of your own before the old contract ends.`,
  };
}

/** What the order of policy, id and swap asks for, for each name whose MX moves. */
export async function policyOrderFindings(input: MailInput): Promise<readonly Finding[]> {
  const { plan } = input;
  if (plan.policy.mail?.ask !== true) return [];
  const each = await Promise.all(
    mxTracks(plan).map(async track => {
      const facts = await stsFacts(input, track.name);
      return [
        findingOf(settled, idVerdict(input, facts), plan),
        findingOf(hostOwner, await ownerVerdict(input, facts, track), plan),
      ];
    }),
  );
  return each.flat();
}
