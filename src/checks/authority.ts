import { serverLabel } from '../cutover/standing.ts';
import { type Reading } from '../cutover/survey.ts';
import { displayName } from '../dns/name.ts';
import { sameRRset } from '../dns/rrset.ts';
import { type Check, type Verdict } from './check.ts';
import { delegationInTransition, providerIsAuthoritative, zoneResolves } from './delegation.ts';
import { dnssecChain, dnssecSignaturesLast } from './dnssec.ts';
import { nsHostShutdown } from './name-servers.ts';
import { type CheckInput } from './input.ts';
import { answers, sightings, unasked } from './seen.ts';
import { count, inSeconds, shown } from './words.ts';

/** True when the server behind this address was reached at its other address. */
const reachedElsewhere = ({ survey }: CheckInput, { name, address }: Reading): boolean =>
  answers(survey).some(other => other.name === name && other.address !== address);

const serversAllAnswer: Check = {
  id: 'auth-servers-all-answer',
  family: 'authority',
  severity: 'blocker',
  what: 'every address of every authoritative server answers',
  expected: 'an authoritative answer for every RRset of the plan',
  consequence:
    'Senders that pick this address see errors or old records, and nobody can prove that the old TTL is gone there.',
  refs: ['RFC 1034 4.1', 'RFC 2182 3'],
  judge: input => {
    const { readings } = input.survey.round;
    const verdicts = readings
      .filter(({ state }) => state !== 'answered')
      .map((reading): Verdict => {
        const subject = serverLabel(reading);
        const observed = reading.error ?? 'no answer';
        if (reading.state === 'lacking' && reachedElsewhere(input, reading))
          return {
            outcome: 'pass',
            subject,
            summary: `${subject} cannot be reached from this machine, which has no such address family; its server answered at its other address and is counted through that.`,
            observed,
          };
        const lacking = reading.state === 'lacking';
        return {
          outcome: 'could-not-test',
          subject,
          summary: lacking
            ? `${subject} could not be asked: this machine has no such address family, and the server has no other address that answers.`
            : `${subject} gave no usable answer; what it serves is not known.`,
          observed,
          remedy: lacking
            ? 'Run from a machine that has this address family, or accept this finding for this address.'
            : 'Mend the server, take it out of the delegation, or accept this finding for this address.',
        };
      });
    if (readings.length === 0) return [unasked(input, displayName(input.survey.delegation.zone))];
    if (verdicts.length > 0) return verdicts;
    return [
      {
        outcome: 'pass',
        subject: displayName(input.survey.delegation.zone),
        summary: `${count(readings.length, 'address', 'addresses')} asked, all answered.`,
        observed: readings.map(serverLabel).join(', '),
      },
    ];
  },
};

const mxConsistent: Check = {
  id: 'auth-mx-consistent',
  family: 'authority',
  severity: 'blocker',
  what: 'every address serves the same records with the same TTLs',
  expected: 'one RRset with one TTL at every address',
  consequence: 'Which mail host a sender sees is a matter of chance, and so is when it changes.',
  refs: ['RFC 2181 5.2', 'RFC 1034 4.3.5'],
  judge: input => {
    const { plan, survey } = input;
    const subject = displayName(survey.delegation.zone);
    if (answers(survey).length === 0) return [unasked(input, subject)];
    const verdicts = plan.tracks.flatMap((track): readonly Verdict[] => {
      const seen = sightings(survey, track);
      const [first] = seen;
      const other = seen.find(
        ({ served }) => !sameRRset(served.rrset, first?.served.rrset ?? null),
      );
      if (first === undefined || other === undefined) return [];
      const observed = seen.map(({ server, served }) => `${server}: ${shown(served.rrset)}`);
      return [
        {
          outcome: 'bad',
          subject: track.key,
          summary: `${first.server} serves ${shown(first.served.rrset)}, ${other.server} serves ${shown(other.served.rrset)}.`,
          observed: observed.join('; '),
          remedy:
            'Let the secondaries catch up (or make them transfer the zone), then check again.',
        },
      ];
    });
    if (verdicts.length > 0) return verdicts;
    const observed = answers(survey).map(serverLabel).join(', ');
    return [{ outcome: 'pass', subject, summary: 'All that answered serve the same.', observed }];
  },
};

/** How far `serial` trails behind `newest`; null when RFC 1982 3.2 leaves their order open. */
function trail(serial: number, newest: number): number | null {
  const ahead = (newest - serial + 2 ** 32) % 2 ** 32;
  return ahead < 2 ** 31 ? ahead : null;
}

const serialConsistent: Check = {
  id: 'auth-serial-consistent',
  family: 'authority',
  severity: 'warning',
  what: 'every address has the same version of the zone',
  expected: 'one SOA serial at every address',
  consequence: 'A server that trails now may trail after the swap, and serve the old MX meanwhile.',
  refs: ['RFC 1982 3.2', 'RFC 1035 3.3.13'],
  judge: input => {
    const subject = displayName(input.survey.delegation.zone);
    const known = answers(input.survey).flatMap(reading =>
      reading.serial === null ? [] : [{ server: serverLabel(reading), serial: reading.serial }],
    );
    const observed = known.map(({ server, serial }) => `${server}: ${serial}`).join('; ');
    if (known.length === 0) return [unasked(input, subject)];
    const newest = known.find(one =>
      known.every(other => trail(other.serial, one.serial) !== null),
    );
    if (newest === undefined)
      return [
        {
          outcome: 'bad',
          subject,
          summary: 'The serials are so far apart that none of them is the newest.',
          observed,
          remedy: 'Make every secondary transfer the zone anew, then check again.',
        },
      ];
    const verdicts = known
      .filter(({ serial }) => serial !== newest.serial)
      .map(({ server, serial }): Verdict => {
        const behind = trail(serial, newest.serial) ?? 0;
        return {
          outcome: 'bad',
          subject: server,
          summary: `${server} is ${count(behind, 'serial')} behind ${newest.server}.`,
          observed,
          remedy: 'Let it catch up; if it does not, look at its transfers and at NOTIFY.',
        };
      });
    if (verdicts.length > 0) return verdicts;
    const summary = `Every address that answered has serial ${newest.serial}.`;
    return [{ outcome: 'pass', subject, summary, observed }];
  },
};

const secondaryLagBound: Check = {
  id: 'secondary-lag-bound',
  family: 'authority',
  severity: 'warning',
  what: 'a secondary that misses a NOTIFY looks by itself before `ttl.lag` is over',
  expected: 'an SOA refresh interval of `ttl.lag` at most',
  consequence: 'A secondary that misses a NOTIFY keeps the old MX for longer than is assumed.',
  refs: ['RFC 1996 4', 'RFC 1035 3.3.13'],
  judge: input => {
    const { delegation, soa } = input.survey;
    const subject = displayName(delegation.zone);
    const { lag } = input.plan.policy.ttl;
    if (soa === null) return [unasked(input, subject)];
    const observed = `refresh ${inSeconds(soa.refresh)}, ttl.lag ${inSeconds(lag)}`;
    // Servers of the configuration have no names: there each address is one.
    if (new Set(delegation.servers.map(({ name, port }) => `${name} ${String(port)}`)).size < 2)
      return [
        {
          outcome: 'skipped',
          subject,
          summary: 'The zone has one name server: nothing can trail behind it.',
          observed,
        },
      ];
    if (soa.refresh <= lag) {
      const summary = 'A secondary that misses a NOTIFY looks by itself in time.';
      return [{ outcome: 'pass', subject, summary, observed }];
    }
    return [
      {
        outcome: 'bad',
        subject,
        summary: `If a NOTIFY is lost, a secondary of ${subject} may keep the old records for up to ${inSeconds(soa.refresh)}.`,
        observed,
        remedy: `Lower the refresh interval of the SOA, or set ttl.lag to ${soa.refresh}.`,
      },
    ];
  },
};

/** In a zone that is signed somewhere: answers that a validating resolver could not use. */
function badSignatures({ plan, survey }: CheckInput): readonly Verdict[] {
  const { dnssec } = survey;
  const unvalidated = dnssec?.is === 'insecure' && dnssec.sha1 !== true;
  return plan.tracks.flatMap(track =>
    sightings(survey, track)
      .filter(({ served }) => served.signature !== 'signed')
      .map(({ server, served }): Verdict => ({
        outcome: 'bad',
        ...(unvalidated && { severity: 'warning' as const }),
        subject: `${server} ${track.key}`,
        summary: `The signature of ${track.key} at ${server} is ${served.signature}: ${
          unvalidated
            ? 'nobody refuses it only because no DS makes resolvers validate this zone'
            : 'resolvers that validate refuse it'
        }.`,
        observed: `${shown(served.rrset)}, signature ${served.signature}`,
        remedy: 'Let the signer sign the zone again and its servers load it, then check again.',
      })),
  );
}

const dnssecValid: Check = {
  id: 'dnssec-valid',
  family: 'authority',
  severity: 'blocker',
  what: 'what a signed zone serves comes with signatures that cover it and have not expired',
  expected: 'no signatures at all, or a current one over everything that is served',
  consequence:
    'Validating resolvers answer SERVFAIL: the domain is gone for their users, and a rollback does not bring it back.',
  refs: ['RFC 4035 5.3'],
  judge: input => {
    const { plan, survey } = input;
    const subject = displayName(survey.delegation.zone);
    const seen = plan.tracks.flatMap(track => sightings(survey, track));
    if (seen.length === 0) return [unasked(input, subject)];
    const states = new Set(seen.map(({ served }) => served.signature));
    const observed = [...states].sort().join(', ');
    if (observed === 'unsigned')
      return [{ outcome: 'pass', subject, summary: `${subject} is unsigned.`, observed }];
    const verdicts = badSignatures(input);
    if (verdicts.length > 0) return verdicts;
    const summary = 'Everything served is covered by a signature in its time.';
    return [{ outcome: 'pass', subject, summary, observed }];
  },
};

/** Who serves the domain, and whether all of them say the same. */
export const authority: readonly Check[] = [
  zoneResolves,
  providerIsAuthoritative,
  delegationInTransition,
  serversAllAnswer,
  mxConsistent,
  serialConsistent,
  secondaryLagBound,
  dnssecValid,
  dnssecChain,
  dnssecSignaturesLast,
  nsHostShutdown,
];
