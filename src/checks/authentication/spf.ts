import { type Finding } from '../../cutover/finding.ts';
import { LOW, SNAPSHOT, type Track, valueAt } from '../../cutover/path.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { coversAddress } from '../../mail/spf-cover.ts';
import { effective, type Mechanism, parseSpf, plainTerm, type Spf } from '../../mail/spf.ts';
import { mechanismOf, presetOf } from '../../mail/presets/presets.ts';
import { excerpt, txtText } from '../../mail/txt.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type MailInput } from '../input.ts';
import { lookAtHost, type MailHost } from '../hosts/mail-hosts.ts';
import { goingHosts } from '../hosts/mx-sets.ts';
import { mxAfter, mxAt, type SpfFacts, type SpfMoment } from './spf-facts.ts';

const includesNew: Catalogued = {
  id: 'spf-includes-new',
  family: 'authentication',
  severity: 'blocker',
  what: 'SPF lets the new side send before it does; only a warning where SPF and DMARC are lenient',
  expected: 'the mechanism of the new side, at the authoritative servers or in `prepare`',
  consequence: 'What is sent from the new side fails SPF: receivers refuse it or take it for spam.',
  refs: ['RFC 7208 5.2', 'RFC 7489 3.1'],
};

const singleAndLimit: Catalogued = {
  id: 'spf-single-and-limit',
  family: 'authentication',
  severity: 'warning',
  what: 'there is one SPF record, and it costs at most 10 lookups and 2 in vain, also after the move',
  expected: 'one record, at most 10 lookups, at most 2 of them without an answer',
  consequence:
    'Receivers take it for an error (permerror) and act as if nobody was allowed to send.',
  refs: ['RFC 7208 4.5', 'RFC 7208 4.6.4'],
};

const mxMechanism: Catalogued = {
  id: 'spf-mx-mechanism',
  family: 'authentication',
  severity: 'warning',
  what: 'SPF does not name the old hosts by `mx`, which means the new ones from the swap on',
  expected: 'no `mx` mechanism, or the addresses of the old hosts beside it',
  consequence: 'What the old hosts still send from the moment of the swap on fails SPF.',
  refs: ['RFC 7208 5.4'],
};

export const spfChecks: readonly Catalogued[] = [includesNew, singleAndLimit, mxMechanism];

const unknown = ({ plan }: MailInput, { unanswered, observed }: SpfFacts): Verdict => ({
  outcome: 'could-not-test',
  subject: displayName(plan.domain),
  summary: `The TXT records of ${displayName(plan.domain)} could not be asked for: ${unanswered ?? 'no answer'}.`,
  observed,
  remedy: 'Let this machine reach the authoritative servers, then check again.',
});

const without = ({ plan }: MailInput, { observed }: SpfFacts): Verdict => ({
  outcome: 'skipped',
  subject: displayName(plan.domain),
  summary: `${displayName(plan.domain)} has no SPF record, and the plan writes none.`,
  observed,
});

/** The one record of a moment, read. */
function readAt({ records }: SpfMoment): Spf | null {
  const [only, ...more] = records;
  return only === undefined || more.length > 0 ? null : parseSpf(only);
}

/** What the plan itself puts into SPF before the swap. */
function added({ plan }: MailInput, { prepared }: SpfFacts): readonly string[] {
  const track = plan.tracks.find(({ name, type }) => name === plan.domain && type === 'TXT');
  const before = valueOf(track).flatMap(one => parseSpf(txtText(one))?.mechanisms ?? []);
  const there = new Set(before.map(plainText));
  const own = track === undefined ? null : readAt(prepared);
  return (own?.mechanisms ?? []).filter(one => !there.has(plainText(one))).map(({ text }) => text);
}

const valueOf = (track: Track | undefined): readonly string[] =>
  track === undefined ? [] : (valueAt(track, SNAPSHOT)?.rdata ?? []);

const plainText = ({ text }: Mechanism): string => plainTerm(text);

const missingAt = (moment: SpfMoment, terms: readonly string[]): readonly string[] =>
  terms.filter(term => moment.walk?.allows.has(plainTerm(term)) !== true);

/** `enforced`: DMARC asks receivers to quarantine or refuse what fails. */
export function includesVerdict(input: MailInput, facts: SpfFacts, enforced: boolean): Verdict {
  const { plan, places, gate } = input;
  const subject = displayName(plan.domain);
  const { observed, today, prepared, swapped } = facts;
  if (facts.unanswered !== null) return unknown(input, facts);
  if (today.records.length + prepared.records.length === 0) return without(input, facts);
  const known = mechanismOf(mxAfter(plan), plan.domain);
  const own = added(input, facts);
  // Without a known provider the plan's own word is all there is.
  const terms = known === null ? own : [known];
  if (terms.length === 0) {
    const name = presetOf(mxAfter(plan), plan.domain)?.name ?? 'the new side';
    const summary = `Nobody can tell from the names of its hosts what ${name} sends with.`;
    return { outcome: 'skipped', subject, summary, observed };
  }
  const list = terms.map(term => excerpt(term)).join(' and ');
  const track = plan.tracks.find(({ name, type }) => name === plan.domain && type === 'TXT');
  const due = gate && track !== undefined && (places[track.key] ?? 0) >= LOW;
  const there = missingAt(today, terms).length === 0;
  // Without any record nobody is refused.
  const kept = swapped.records.length === 0 || missingAt(swapped, terms).length === 0;
  if (there && kept)
    return { outcome: 'pass', subject, summary: `SPF lets ${list} send.`, observed };
  if (!due && kept && missingAt(prepared, terms).length === 0)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: `The plan puts ${list} into SPF before the swap.`,
    };
  // Whoever puts another mechanism there has the new side send by another way.
  const another =
    own.length > 0 && !own.some(term => terms.map(plainTerm).includes(plainTerm(term)));
  const strict = [today, prepared, swapped].some(({ walk }) => walk?.others === '-');
  const severity = (strict || enforced) && !another ? 'blocker' : 'warning';
  const silent = [today, prepared, swapped].flatMap(({ walk }) => walk?.unanswered ?? []);
  if (silent.length > 0)
    return {
      ...{ outcome: 'could-not-test', severity, subject, observed },
      summary: `Whether SPF lets ${list} send could not be told: ${silent.slice(0, 3).join('; ')}.`,
      remedy: 'Let this machine reach DNS servers (authority.lookups), then check again.',
    };
  return {
    ...{ outcome: 'bad', severity, subject, observed },
    summary: `SPF of ${subject} does not let ${list} send${there ? ' any more, as the plan writes it' : ''}${strict ? ', and ends in -all' : ''}${enforced ? '; DMARC asks receivers not to take what fails' : ''}.`,
    remedy: `Add ${terms.join(' ')} to the SPF record before the first mail leaves the new side: in \`prepare\`, or with \`to: { preset: … }\`.`,
  };
}

/** What is wrong with a record, a sentence each. */
function troubleOf({ when, records, walk }: SpfMoment): readonly string[] {
  if (records.length > 1)
    return [`There are ${records.length} SPF records ${when}, and receivers take none of them.`];
  if (walk === null) return [];
  return [
    ...walk.faults.map(fault => `An error ${when}: ${fault}.`),
    ...(walk.lookups > 10 ? [`${walk.lookups} lookups ${when}, and 10 are allowed.`] : []),
    ...(walk.voids.length > 2
      ? [
          `${walk.voids.length} lookups in vain ${when}, and 2 are allowed: ${walk.voids.slice(0, 5).join(', ')}.`,
        ]
      : []),
  ];
}

const costOf = ({ when, walk }: SpfMoment): string =>
  walk === null ? '' : `${when}: ${walk.lookups} lookups, ${walk.voids.length} in vain`;

export function limitVerdict(input: MailInput, facts: SpfFacts): Verdict {
  const subject = displayName(input.plan.domain);
  const moments = [facts.today, facts.prepared, facts.swapped];
  if (facts.unanswered !== null) return unknown(input, facts);
  if (moments.every(({ records }) => records.length === 0)) return without(input, facts);
  const observed = [facts.observed, ...moments.map(costOf).filter(text => text !== '')].join('; ');
  const trouble = moments.map(troubleOf).find(list => list.length > 0);
  if (trouble !== undefined)
    return {
      ...{ outcome: 'bad', subject, observed, summary: trouble.slice(0, 3).join(' ') },
      remedy:
        'Leave one record, and correct what is an error in it; where there is too much, take out whoever no longer sends, or name their networks instead.',
    };
  const silent = moments.flatMap(({ walk }) => walk?.unanswered ?? []);
  if (silent.length > 0)
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `Not all that SPF includes could be asked for: ${[...new Set(silent)].slice(0, 3).join('; ')}.`,
      remedy: 'Let this machine reach DNS servers (authority.lookups), then check again.',
    };
  const slow = moments.some(({ walk }) => (walk?.discouraged.length ?? 0) > 0);
  const most = Math.max(...moments.map(({ walk }) => walk?.lookups ?? 0));
  const summary = `One SPF record, and at most ${String(most)} of 10 lookups${slow ? '; it uses ptr, which is slow and no longer advised (RFC 7208 5.5)' : ''}.`;
  return { outcome: 'pass', subject, summary, observed };
}

/** Is every address of a host let through by what does not turn with the MX? */
const keeps = (spf: Spf, { host, addresses }: MailHost): boolean =>
  addresses.length > 0 &&
  addresses.every(({ address }) =>
    effective(spf).some(
      one =>
        coversAddress(one, address) ||
        (one.qualifier === '+' &&
          one.name === 'a' &&
          one.target?.toLowerCase().replace(/\.$/, '') === displayName(host)),
    ),
  );

/** Does some record, the included ones too, name the hosts of this domain by `mx:`? */
const namesMx = ({ walk }: SpfMoment, domain: Name): boolean =>
  [...(walk?.allows ?? [])].some(term => {
    const [, target = ''] = /^mx:([^/]+)/.exec(term) ?? [];
    // For a sender of this domain the macro says the same (RFC 7208 7.2).
    const named = target.replace('%{d}', displayName(domain)).replace(/\.$/, '');
    return named === displayName(domain).toLowerCase();
  });

export function mxVerdict(input: MailInput, facts: SpfFacts, going: readonly MailHost[]): Verdict {
  const { plan } = input;
  const subject = displayName(plan.domain);
  const { observed } = facts;
  if (facts.unanswered !== null) return unknown(input, facts);
  const spf = readAt(facts.swapped);
  if (spf === null) return without(input, facts);
  const named = effective(spf).some(
    ({ name, target, qualifier }) => name === 'mx' && qualifier === '+' && target === null,
  );
  if (!named && !namesMx(facts.swapped, plan.domain))
    return { outcome: 'pass', subject, summary: 'SPF names no hosts by `mx`.', observed };
  const lost = going.filter(host => !keeps(spf, host));
  if (going.length === 0)
    return { outcome: 'pass', subject, summary: 'SPF says `mx`, and no host is left.', observed };
  if (lost.length === 0)
    return {
      ...{ outcome: 'pass', subject, observed },
      summary: 'SPF says `mx`, and lets the old hosts send besides.',
    };
  const hosts = lost.map(({ host, addresses }) => {
    const list = addresses.map(({ address }) => address).join(' ');
    return `${displayName(host)}${list === '' ? '' : ` (${list})`}`;
  });
  const terms = lost.flatMap(({ addresses }) =>
    addresses.map(({ address }) => `${address.includes(':') ? 'ip6' : 'ip4'}:${address}`),
  );
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `Your SPF says \`mx\`. After the swap it authorises the new inbound hosts, and no longer ${hosts.join(', ')}.`,
    remedy: `If the old hosts still send for a while, add ${terms.join(' ') || 'their addresses'} to SPF in \`prepare\`, and take it out \`afterwards\`; else accept this finding.`,
  };
}

/** What SPF means for the move. `enforced`: DMARC asks receivers to act on what fails. */
export async function spfFindings(
  input: MailInput,
  facts: SpfFacts,
  enforced: boolean,
): Promise<readonly Finding[]> {
  const { plan } = input;
  const moved = mxAt(plan, 0).length > 0;
  const going = moved
    ? await Promise.all(goingHosts(plan).map(async host => lookAtHost(input, host)))
    : [];
  return [
    findingOf(includesNew, includesVerdict(input, facts, enforced), plan),
    findingOf(singleAndLimit, limitVerdict(input, facts), plan),
    findingOf(mxMechanism, mxVerdict(input, facts, going), plan),
  ];
}
