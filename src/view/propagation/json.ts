import { displayName } from '../../dns/name.ts';
import { answersJson } from './answers.ts';
import { dnssecSeen } from './dnssec.ts';
import { outlookJson } from './outlook.ts';
import { type Dimension, placesJson, placesOf } from './places.ts';
import { type PropagationRow } from './rows.ts';
import { type Picture, placeText, sliceOfPicture, standingOf } from './propagation.ts';
import { isoOrNull, isoText } from '../words.ts';

/** A resolver for programs; additions only. */
export const rowJson = (row: PropagationRow) => ({
  ...{ id: row.id, address: placeText(row.address, row.port), transport: row.transport },
  ...{ verdict: row.verdict, rdata: row.rdata, ttl: row.ttl, ttlLeft: row.ttlLeft },
  ...{ cause: row.cause, until: isoOrNull(row.until), ede: row.ede, rttMs: row.rttMs },
  samples: row.samples,
  ...{ name: row.name, operator: row.operator, country: row.country, weight: row.weight },
  ...{ arrival: row.arrival, final: row.final, explained: row.explained, settled: row.settled },
  ...{ rcode: row.rcode, nsid: row.nsid, silence: row.silence },
  ...{ guessed: row.guessed === true, members: row.members ?? null },
  ...{ dnssec: row.dnssec ?? null, anycast: row.anycast ?? null, flushUrl: row.flushUrl ?? null },
});

/** A picture for programs; additions only. `share` and `ableToTell` are 0 to 1, or null. */
export function propagationJson(picture: Picture) {
  const { key, at, expected, authority, rows, distrust = null } = picture;
  const { counts, total, share, ableToTell, unasked, flipped, cold } = sliceOfPicture(picture);
  const placed = (by: Dimension) => placesJson(placesOf(rows, by), distrust === null);
  return {
    ...{ domain: displayName(key.name), type: key.type, expected },
    authoritative: authority.map(({ name, address, port, ...one }) => ({
      ...{ name, address: placeText(address, port), verdict: one.verdict },
      ...{ ttl: one.ttl, serial: one.serial, rdata: one.rdata, trouble: one.trouble },
    })),
    resolvers: rows.map(rowJson),
    tally: {
      ...{ ...counts, total, share, ableToTell, unasked, flipped, cold },
      operators: placed('operator'),
      countries: placed('country'),
      continents: placed('continent'),
    },
    ...{ at: isoText(at), standing: standingOf(picture), expectedFrom: picture.expectedFrom },
    ...{ old: picture.old, oldFrom: picture.oldFrom },
    ...{ authorityTrouble: picture.authorityTrouble, notes: picture.notes, distrust },
    outlook: outlookJson(picture),
    ...{ answers: answersJson(picture), aliases: picture.aliases ?? [], dnssec: dnssecSeen(rows) },
  };
}

export type PropagationJson = ReturnType<typeof propagationJson>;
