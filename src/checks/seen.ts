import { type Track } from '../cutover/path.ts';
import { type Reading, type Served, type Survey } from '../cutover/survey.ts';
import { serverLabel } from '../cutover/standing.ts';
import { type RRset } from '../dns/rrset.ts';
import { type Verdict } from './check.ts';
import { type CheckInput } from './input.ts';
import { silence } from './words.ts';

/** The readings that can be judged. */
export const answers = ({ round }: Survey): readonly Reading[] =>
  round.readings.filter(({ state }) => state === 'answered');

/** What one server served for one RRset, and who it was. */
export interface Sighting {
  readonly server: string;
  readonly served: Served;
}

/** What every server that answered served for this RRset. */
export const sightings = (survey: Survey, { key }: Track): readonly Sighting[] =>
  answers(survey).flatMap(reading =>
    reading.served
      .filter(served => served.key === key)
      .map(served => ({ server: serverLabel(reading), served })),
  );

/** What the provider holds; undefined when it was not asked. */
export function hostedValue({ hosted }: Survey, { key }: Track): RRset | null | undefined {
  const found = hosted[key];
  return found === undefined ? undefined : (found?.rrset ?? null);
}

/** Where the provider was last confirmed to be. */
export const placeOf = ({ places }: CheckInput, { key }: Track): number => places[key] ?? 0;

/** Without an answer nothing can be said about what is served. */
export const unasked = ({ survey }: CheckInput, subject: string): Verdict => ({
  outcome: 'could-not-test',
  subject,
  summary: 'No authoritative server could be asked from this machine.',
  observed: survey.round.readings.map(silence).join('; ') || 'no server was found',
  remedy: 'Let this machine reach the servers on port 53 over UDP and TCP, then check again.',
});
