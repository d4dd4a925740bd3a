import { type Finding } from '../../cutover/finding.ts';
import { LOW, SNAPSHOT, stepPosition, type Track, valueAt } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName } from '../../dns/name.ts';
import { type RRset, sameData } from '../../dns/rrset.ts';
import { selectorName } from '../../mail/dkim.ts';
import { presetOf } from '../../mail/presets/presets.ts';
import { type Catalogued, findingOf, type Verdict } from '../check.ts';
import { type DkimFacts, type SelectorFacts, selectorTracks } from './dkim-facts.ts';
import { mxAfter } from './spf-facts.ts';
import { count, inSeconds } from '../words.ts';

const newSelectors: Catalogued = {
  id: 'dkim-new-selectors',
  family: 'authentication',
  severity: 'warning',
  what: 'the keys that the new side signs with are there, or planned, and verifiers take them',
  expected: 'a key at every selector of the new side',
  consequence:
    'What the new side signs cannot be verified, and fails DMARC where SPF does not help.',
  refs: ['RFC 6376 3.6.1', 'RFC 8301 3.2'],
};

const oldKept: Catalogued = {
  id: 'dkim-old-kept',
  family: 'authentication',
  severity: 'warning',
  what: 'the keys of the old side stay for 7 days, and no selector is used by both sides',
  expected: 'old selectors untouched until 7 days after the swap',
  consequence: 'Mail of the old side that is still queued or forwarded can no longer be verified.',
  refs: ['RFC 6376 3.6.1', 'RFC 5321 4.5.4.1'],
};

export const dkimChecks: readonly Catalogued[] = [newSelectors, oldKept];

/** Mail is in queues for 5 days, and is forwarded and verified again after that. */
const KEPT_SECONDS = 7 * 86_400;

const nameOf = ({ domain }: Plan, { selector }: SelectorFacts): string =>
  displayName(selectorName(selector, domain));

const hasKey = ({ is, key }: SelectorFacts): boolean => is === 'published' && key !== null;

/** What verifiers would have against a key; null: nothing. */
function faultOf({ key }: SelectorFacts): string | null {
  if (key === null) return 'it holds no key';
  if (key.revoked) return 'its key is revoked: p= is empty';
  return key.problems[0] ?? null;
}

function selectorVerdict(plan: Plan, facts: SelectorFacts): Verdict {
  const subject = nameOf(plan, facts);
  const { observed, alias, is, key } = facts;
  const led = alias === null ? '' : `, which leads to ${displayName(alias)}`;
  if (is === 'unanswered')
    return {
      ...{ outcome: 'could-not-test', subject, observed },
      summary: `${subject}${led} could not be asked for.`,
      remedy: 'Let this machine reach DNS servers (authority.lookups), then check again.',
    };
  if (is === 'absent')
    return {
      ...{ outcome: 'bad', subject, observed },
      summary:
        alias === null
          ? `${subject} is missing: signed mail would fail DMARC.`
          : `${subject} leads to ${displayName(alias)}, where there is no key.`,
      remedy:
        alias === null
          ? 'Add the record that the provider shows to `prepare`, or to `to: { dkim: … }`.'
          : 'Compare the name with what the provider shows; it may publish the key only once signing is switched on.',
    };
  const fault = faultOf(facts);
  if (fault !== null)
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `Verifiers would not take what stands at ${subject}${led}: ${fault}.`,
      remedy: 'Copy the record whole from where the provider shows it.',
    };
  const test = key?.testing === true ? ', marked as a test (t=y)' : '';
  const summary = `${subject} ${is === 'planned' ? 'is in the plan' : 'is published'}, ${key?.algorithm ?? 'rsa'}${test}.`;
  return { outcome: 'pass', subject, summary, observed };
}

/** Usual selectors are a guess: one that is there shows that somebody set them up. */
export function newVerdicts(plan: Plan, { coming }: DkimFacts): readonly Verdict[] {
  const domain = displayName(plan.domain);
  const preset = presetOf(mxAfter(plan), plan.domain);
  if (coming.length === 0)
    return [
      {
        ...{ outcome: 'skipped', subject: domain, observed: 'no selector is known' },
        summary:
          preset?.dkimShownBy == null
            ? 'Nobody said which selectors the new side signs with (checks.dkim.new).'
            : `Nobody said which selectors ${preset.name} signs with; shown by: ${preset.dkimShownBy}.`,
      },
    ];
  const guessed = coming.every(({ by }) => by === 'usual');
  const there = coming.filter(({ is, key }) => is === 'unanswered' || key !== null);
  if (guessed && there.length === 0) {
    const names = coming.map(one => nameOf(plan, one)).join(', ');
    const shownBy = preset?.dkimShownBy ?? null;
    return [
      {
        ...{ outcome: 'bad', subject: domain },
        observed: coming.map(({ observed }) => observed).join('; '),
        summary: `${names} ${coming.length === 1 ? 'is' : 'are'} missing, with which ${preset?.name ?? 'the new side'} signs as a rule: signed mail would fail DMARC.`,
        remedy: `Add the records to \`prepare\`, or name other selectors in checks.dkim.new${shownBy === null ? '' : `; shown by: ${shownBy}`}.`,
      },
    ];
  }
  const verdicts = (guessed ? there : coming).map(one => selectorVerdict(plan, one));
  const trouble = verdicts.filter(({ outcome }) => outcome !== 'pass');
  if (trouble.length > 0) return trouble;
  const observed = verdicts.map(one => one.observed).join('; ');
  const summary = verdicts.map(one => one.summary).join(' ');
  return [{ outcome: 'pass', subject: domain, summary, observed }];
}

const differs = (one: RRset, other: RRset | null): boolean =>
  other === null || !sameData(one, other);

/** What the plan does to an old key before its time; null: nothing. */
function lossOf({ policy, steps }: Plan, track: Track): Verdict | null {
  const before = track.positions[SNAPSHOT] ?? null;
  if (before === null) return null;
  const subject = displayName(track.name);
  const observed = track.key;
  const last = stepPosition(steps.length - 1);
  const early = track.positions.slice(LOW, last + 1).some(value => differs(before, value));
  if (early)
    return {
      ...{ outcome: 'bad', subject, observed },
      summary: `The plan replaces or removes the key at ${subject}, which the old side still signs with.`,
      remedy:
        'Give the new side another selector, and remove the old one `afterwards`, 7d or more.',
    };
  const final = valueAt(track, track.positions.length - 1);
  if (!track.afterwards || !differs(before, final) || policy.afterwards >= KEPT_SECONDS)
    return null;
  return {
    ...{ outcome: 'bad', subject, observed },
    summary: `The key at ${subject} goes ${inSeconds(policy.afterwards)} after the swap; mail that was signed with it is under way for longer.`,
    remedy: 'Write afterwards: { after: 7d } or more.',
  };
}

/** Selectors that both sides sign with, where something stands today. */
function shared(plan: Plan, { coming, going }: DkimFacts): readonly Verdict[] {
  const there = going.filter(hasKey).map(({ selector }) => selector);
  return coming
    .filter(one => hasKey(one) && there.includes(one.selector))
    .map(one => ({
      ...{ outcome: 'bad' as const, subject: nameOf(plan, one), observed: one.observed },
      summary: `Both sides sign with the selector ${one.selector}: ${nameOf(plan, one)} can hold the key of one only.`,
      remedy:
        'Let one side sign with another selector before the swap, or accept that signatures of the other fail until it is switched.',
    }));
}

export function keptVerdicts(plan: Plan, facts: DkimFacts): readonly Verdict[] {
  const subject = displayName(plan.domain);
  const losses = selectorTracks(plan).flatMap(track => lossOf(plan, track) ?? []);
  const lost = new Set(losses.map(one => one.subject));
  const trouble = [...losses, ...shared(plan, facts).filter(one => !lost.has(one.subject))];
  if (trouble.length > 0) return trouble;
  const there = facts.going.filter(hasKey);
  const observed = facts.going.map(one => one.observed).join('; ') || 'no selector is known';
  if (there.length > 0)
    return [
      {
        ...{ outcome: 'pass', subject, observed },
        summary: `The plan keeps ${count(there.length, 'selector')} of the old side: ${there.map(({ selector }) => selector).join(', ')}. Leave them for 7 days after the swap at least.`,
      },
    ];
  return [
    {
      ...{ outcome: 'skipped', subject, observed },
      summary: 'No selector of the old side is known (checks.dkim.old), and the plan removes none.',
    },
  ];
}

/** Selectors of the new side whose key verifiers would take. */
export const usableSelectors = ({ coming }: DkimFacts): readonly string[] =>
  coming
    .filter(one => (one.is === 'published' || one.is === 'planned') && faultOf(one) === null)
    .map(({ selector }) => selector);

export const dkimFindings = (plan: Plan, facts: DkimFacts): readonly Finding[] => [
  ...newVerdicts(plan, facts).map(verdict => findingOf(newSelectors, verdict, plan)),
  ...keptVerdicts(plan, facts).map(verdict => findingOf(oldKept, verdict, plan)),
];
