import { serverLabel } from '../../cutover/standing.ts';
import { type Reading } from '../../cutover/survey.ts';
import { type Validated } from '../../cutover/validation.ts';
import { judgeAnswer } from './answer.ts';
import { type ChainKeeper } from './keeper.ts';
import { type FullReading } from '../reading.ts';
import { type ZoneChain } from './walk.ts';

/** An SOA with a signature makes what comes without one `missing`, so that nothing more has to be looked at. */
const signedSomewhere = (full: readonly FullReading[]): boolean =>
  full.some(({ reading }) => reading.served.some(({ signature }) => signature !== 'unsigned'));

function judged({ reading, answers }: FullReading, keeper: ChainKeeper, chain: ZoneChain): Reading {
  if (reading.state !== 'answered') return reading;
  const { zone, clock } = keeper.of;
  const server = serverLabel(reading);
  const now = clock.now().wall;
  const validated = answers.map((answer): Validated =>
    judgeAnswer({ server, ...answer }, chain, { zone, now }),
  );
  return { ...reading, validated };
}

const someBogus = (readings: readonly Reading[]): boolean =>
  readings.some(({ validated = [] }) => validated.some(({ is }) => is === 'bogus'));

/**
 * What validating resolvers make of the answers of a round. What does not validate by keys that were learnt
 * before is judged once more by fresh ones: the zone may have rolled a key meanwhile.
 * @throws Fault ABORTED
 */
export async function validateRound(
  full: readonly FullReading[],
  keeper: ChainKeeper,
  signal: AbortSignal,
): Promise<{ readonly readings: readonly Reading[]; readonly chain: ZoneChain | null }> {
  const began = keeper.of.clock.now().up;
  const signed = signedSomewhere(full);
  const judge = (by: ZoneChain): readonly Reading[] => full.map(one => judged(one, keeper, by));
  const servers = full.flatMap(({ reading }) => (reading.state === 'answered' ? [reading] : []));
  // Silence says nothing about signatures.
  if (servers.length === 0) return { readings: full.map(({ reading }) => reading), chain: null };
  const chain = await keeper.chain({ signed, servers }, signal);
  const readings = judge(chain);
  if (!someBogus(readings)) return { readings, chain };
  const again = await keeper.chain({ signed, servers, fresh: began }, signal);
  return again === chain ? { readings, chain } : { readings: judge(again), chain: again };
}
