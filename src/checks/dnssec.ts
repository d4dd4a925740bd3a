import { serverLabel } from '../cutover/standing.ts';
import { type Validated, type Validation } from '../cutover/validation.ts';
import { type Span } from '../dns/dnssec-signed.ts';
import { displayName } from '../dns/name.ts';
import { type Check, type Verdict } from './check.ts';
import { type CheckInput } from './input.ts';
import { answers } from './seen.ts';
import { inSeconds } from './words.ts';

const iso = (instant: number): string => new Date(instant).toISOString();

const said = ({ at, why }: Validation): string => `${at}: ${why}`;

/** Addresses that serve what does not validate, one verdict each: it is accepted address by address. */
function bogusServers({ survey }: CheckInput): readonly Verdict[] {
  return answers(survey).flatMap((reading): readonly Verdict[] => {
    const bogus = (reading.validated ?? []).filter(({ is }) => is === 'bogus');
    const [first] = bogus;
    if (first === undefined) return [];
    const server = serverLabel(reading);
    return [
      {
        outcome: 'bad',
        subject: server,
        summary: `What ${server} serves does not validate: ${said(first)}.`,
        observed: bogus.map(said).join('; '),
        ...(first.remedy !== null && { remedy: first.remedy }),
      },
    ];
  });
}

const signedHere = ({ survey }: CheckInput): boolean =>
  answers(survey).some(({ served }) => served.some(({ signature }) => signature !== 'unsigned'));

/** A verdict about the zone as a whole. */
function ofZone(input: CheckInput, zone: Validation): Verdict {
  const subject = displayName(input.survey.zone);
  const observed = said(zone);
  const remedy = zone.remedy === null ? {} : { remedy: zone.remedy };
  switch (zone.is) {
    case 'secure':
      return {
        outcome: 'pass',
        subject,
        summary: `What every address serves is ${zone.why}.`,
        observed,
      };
    case 'insecure':
      return {
        outcome: 'pass',
        subject,
        summary: !signedHere(input)
          ? `There is nothing to validate: ${zone.why}.`
          : zone.sha1 === true
            ? `${subject} is validated only by those that still take SHA-1: ${said(zone)}.`
            : `${subject} is signed, but nobody validates it: ${said(zone)}.`,
        observed,
      };
    case 'bogus':
      return {
        outcome: 'bad',
        subject,
        summary: `${subject} does not validate: ${said(zone)}.`,
        observed,
        ...remedy,
      };
    case 'indeterminate':
      return {
        outcome: 'could-not-test',
        severity: 'warning',
        subject,
        summary: `Whether ${subject} validates cannot be told from here: ${said(zone)}.`,
        observed,
        consequence:
          'If the zone is signed wrongly after a write, nobody here sees it: only its users do.',
        ...remedy,
      };
  }
}

export const dnssecChain: Check = {
  id: 'dnssec-chain',
  family: 'authority',
  severity: 'blocker',
  what: 'what a signed zone serves validates at every address, from the root or a trust anchor',
  expected: 'a chain of DS, DNSKEY and RRSIG from a trust anchor, or none at all',
  consequence:
    'Validating resolvers answer SERVFAIL: the domain is gone for their users, and a rollback does not bring it back.',
  refs: ['RFC 4035 5', 'RFC 6840'],
  judge: input => {
    const { survey } = input;
    const zone = survey.dnssec;
    const subject = displayName(survey.zone);
    if (zone === undefined || answers(survey).length === 0)
      return [
        { outcome: 'skipped', subject, summary: 'Nothing was validated.', observed: 'no answer' },
      ];
    // What is wrong with the zone is wrong at every address, and is told once.
    if (zone.is !== 'secure') return [ofZone(input, zone)];
    const bogus = bogusServers(input);
    return bogus.length > 0 ? bogus : [ofZone(input, zone)];
  },
};

interface Lasting {
  readonly what: string;
  readonly lasts: Span;
}

/** The signatures that end first: of the keys, and of each RRset wherever it was served. */
function lasting({ survey }: CheckInput): readonly Lasting[] {
  const each = answers(survey).flatMap(({ validated = [] }): readonly Validated[] => validated);
  const all = [
    ...each.map(({ key, lasts }) => ({ what: key, lasts })),
    ...(survey.dnssec === undefined
      ? []
      : [{ what: survey.dnssec.at, lasts: survey.dnssec.lasts }]),
  ];
  return all
    .flatMap(({ what, lasts }) => (lasts === null ? [] : [{ what, lasts }]))
    .sort((one, other) => one.lasts.until - other.lasts.until);
}

/**
 * When this cutover has no more need of signatures that stand today: the window, or the drain that is to
 * come, and the time in which a rollback is made.
 */
function horizon({ plan, survey }: CheckInput): number {
  const { ttl, schedule, rollback } = plan.policy;
  const now = survey.round.at.wall;
  const longest = Math.max(
    0,
    ...answers(survey).flatMap(({ served }) => served.map(one => one.rrset?.ttl ?? 0)),
  );
  const drained = now + (longest + ttl.margin) * 1000;
  const swap = Math.max(drained, schedule.swapUntil ?? schedule.swapFrom ?? 0);
  return swap + (rollback.automatic ?? rollback.settleAfter) * 1000;
}

// BIND and Knot renew a signature of two weeks when a week, or five days, are left, and who signs on the fly
// gives it a day before and a day after: what is past this part of its life has no signer that cares.
const usedUp = 0.75;

export const dnssecSignaturesLast: Check = {
  id: 'dnssec-signatures-last',
  family: 'authority',
  severity: 'warning',
  what: 'signatures are renewed in time, or last until the swap and the way back are over',
  expected: 'signatures that a signer renews',
  consequence: 'The zone stops to validate in the middle of the move, whatever is written.',
  refs: ['RFC 6781 4.4.2'],
  judge: input => {
    const { survey } = input;
    const subject = displayName(survey.zone);
    const [first] = lasting(input);
    if (first === undefined)
      return [
        {
          outcome: 'skipped',
          subject,
          summary: 'There are no signatures that anything rests on.',
          observed: 'none',
        },
      ];
    const { what, lasts } = first;
    const now = survey.round.at.wall;
    const observed = `${what}: from ${iso(lasts.from)} until ${iso(lasts.until)}`;
    const old = (now - lasts.from) / (lasts.until - lasts.from) > usedUp;
    const left = inSeconds(Math.max(0, Math.round((lasts.until - now) / 1000)));
    if (!old || lasts.until > horizon(input)) {
      const summary = `The first signature to end is that of ${what}, in ${left}.`;
      return [{ outcome: 'pass', subject, summary, observed }];
    }
    return [
      {
        outcome: 'bad',
        subject: what,
        summary: `The signature of ${what} ends in ${left}, before this move is over, and nobody has renewed it yet.`,
        observed,
        expected: `until ${iso(horizon(input))} at least`,
        remedy: 'See whether the signer of the zone runs, and have it sign the zone again.',
      },
    ];
  },
};
