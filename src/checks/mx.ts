import { LOW, SNAPSHOT, stepPosition, valueAt, type Track } from '../cutover/path.ts';
import { isNullMx, parseMx } from '../dns/mx.ts';
import { displayName, ROOT } from '../dns/name.ts';
import { type Check, type Verdict } from './check.ts';
import { type CheckInput } from './input.ts';
import { sightings, unasked } from './seen.ts';
import { shown } from './words.ts';

const mxTracks = ({ plan }: CheckInput): readonly Track[] =>
  plan.tracks.filter(({ type }) => type === 'MX');

const withoutMx = ({ plan }: CheckInput): Verdict => ({
  outcome: 'skipped',
  subject: displayName(plan.domain),
  summary: 'The plan changes no MX.',
  observed: plan.tracks.map(({ key }) => key).join(', '),
});

export const mxIsExplicit: Check = {
  id: 'mx-is-explicit',
  family: 'state',
  severity: 'warning',
  what: 'the domain has an MX of its own before the cutover',
  expected: 'an MX RRset',
  consequence:
    'Mail goes to the address of the domain itself, often a web server; and so it does again after a rollback.',
  refs: ['RFC 5321 5.1', 'RFC 2308 5'],
  judge: input => {
    const { soa } = input.survey;
    const tracks = mxTracks(input);
    if (tracks.length === 0) return [withoutMx(input)];
    const denial = soa === null ? '' : ` for ${Math.min(soa.ttl, soa.minimum)} s`;
    return tracks.map((track): Verdict => {
      const subject = track.key;
      const first = valueAt(track, SNAPSHOT);
      const observed = shown(first);
      if (first !== null)
        return { outcome: 'pass', subject, summary: 'The MX is explicit.', observed };
      return {
        outcome: 'bad',
        subject,
        summary: `${displayName(track.name)} has no MX: mail goes to its A and AAAA records. That there is none may be cached${denial}, and a rollback deletes the new MX.`,
        observed,
        remedy: 'Write the MX that says what is true today, before you move it.',
      };
    });
  },
};

export const mxOwnerNotCname: Check = {
  id: 'mx-owner-not-cname',
  family: 'state',
  severity: 'blocker',
  what: 'no alias stands where the MX is to stand',
  expected: 'no CNAME at the owner of the MX',
  consequence: 'Senders follow the alias and never see the MX.',
  refs: ['RFC 2181 10.1', 'RFC 1034 3.6.2'],
  judge: input => {
    const tracks = mxTracks(input);
    if (tracks.length === 0) return [withoutMx(input)];
    return tracks.map((track): Verdict => {
      const subject = track.key;
      const owner = displayName(track.name);
      const alias = input.plan.tracks
        .filter(({ name, type }) => name === track.name && type === 'CNAME')
        .flatMap(({ positions }) => positions)
        .find((value, position) => value !== null && position >= LOW);
      if (alias !== undefined)
        return {
          outcome: 'bad',
          subject,
          summary: `The plan makes ${owner} an alias, and gives it an MX.`,
          observed: shown(alias),
          remedy: 'Leave the CNAME out of the plan.',
        };
      const seen = sightings(input.survey, track);
      // An alias would have come with the answer (RFC 1034 4.3.2); what answered has none.
      if (seen.length === 0) return unasked(input, subject);
      const observed = seen.map(({ server }) => server).join(', ');
      return { outcome: 'pass', subject, summary: `${owner} is no alias.`, observed };
    });
  },
};

export const nullMxAlone: Check = {
  id: 'null-mx-alone',
  family: 'state',
  severity: 'blocker',
  what: 'an MX that says "no mail here" stands alone, with preference 0',
  expected: 'no null MX, or `0 .` and nothing else',
  consequence: 'Some senders bounce everything, some use the other hosts: nobody can say which.',
  refs: ['RFC 7505 3'],
  judge: input => {
    const tracks = mxTracks(input);
    if (tracks.length === 0) return [withoutMx(input)];
    return tracks.map((track): Verdict => {
      const subject = track.key;
      const planned = track.positions
        .slice(stepPosition(0))
        .filter(value => value !== null)
        .filter(({ rdata }) => rdata.some(text => parseMx(text).exchange === ROOT));
      const mixed = planned.find(value => !isNullMx(value));
      if (mixed !== undefined)
        return {
          outcome: 'bad',
          subject,
          summary: '`0 .` must be the only MX: a domain takes mail, or it takes none.',
          observed: shown(mixed),
          remedy: 'Write `0 .` alone, or leave it out.',
        };
      const [none] = planned;
      const summary =
        none === undefined
          ? 'No null MX is planned.'
          : `${displayName(track.name)} will take no mail at all: that is what \`0 .\` says.`;
      return { outcome: 'pass', subject, summary, observed: shown(track.positions.at(-1) ?? null) };
    });
  },
};
