import { type Now } from '../clock.ts';
import { type Cutover } from './cutover.ts';
import { type LineBody } from './lines.ts';
import { inTheWay, serves, standingsOf } from './standing.ts';
import { type Round } from './survey.ts';
import { securities } from './validation.ts';

/** Was what was written last told of already? */
function told({ validated, written }: Cutover): boolean {
  if (written === null) return true;
  return validated?.written.boot === written.boot && validated.written.up === written.up;
}

/**
 * Once after each write, when every address serves it: what validating resolvers make of it. The worst that
 * an address gives counts; what somebody took responsibility for is told all the same.
 */
export function validatedLines(cutover: Cutover, round: Round, now: Now): readonly LineBody[] {
  const { intent, written } = cutover;
  if (intent !== null || written === null || told(cutover)) return [];
  const standings = standingsOf(cutover, round);
  if (!standings.some(serves) || inTheWay(cutover, standings).length > 0) return [];
  const answered = round.readings.filter(({ validated }) => validated !== undefined);
  const all = answered.flatMap(({ validated = [] }) => validated);
  const [worst] = all.toSorted(
    (one, other) => securities.indexOf(other.is) - securities.indexOf(one.is),
  );
  if (worst === undefined) return [];
  const { is, at, why } = worst;
  const servers = answered.filter(({ validated = [] }) =>
    validated.some(one => one.is === is),
  ).length;
  return [{ type: 'dnssec.validated', data: { is, at, why, servers, written, now } }];
}
