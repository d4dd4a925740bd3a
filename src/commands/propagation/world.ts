import { type Chance, type Clock } from '../../clock.ts';
import { type Errands } from '../../poller/errand.ts';
import { type Poller } from '../../poller/subject.ts';
import { type Ask, type Server } from '../../transport/transport.ts';
import { type Try } from '../../transport/udp.ts';

/** The outside, for commands that need no configuration and keep nothing. */
export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  /** For authoritative servers. */
  readonly ask: Ask;
  /** For resolvers. */
  readonly sweep: Ask;
  /** One try over UDP. */
  readonly probe: Try;
  readonly lookups: () => Promise<readonly Server[]>;
  readonly poller: Poller;
  /** Questions besides, within the budget of the poller. */
  readonly errands: Errands;
  readonly close: () => Promise<void>;
}

/** For one try: who looks at a screen does not wait for those that are silent. */
const tryMs = 2000;
const probeMs = 1000;
/** As a configuration has it that says nothing: questions a second. */
const politeness = { total: 20, operator: 1 };

export async function openWorld(): Promise<World> {
  const [
    { systemClock },
    { systemChance },
    { networkAsk },
    { sweepAsk },
    { udpTry },
    { systemLookups },
    { makePoller },
  ] = await Promise.all([
    import('../../machine/clock.ts'),
    import('../../machine/chance.ts'),
    import('../../transport/ask.ts'),
    import('../../transport/sweep.ts'),
    import('../../transport/udp.ts'),
    import('../../authority/system.ts'),
    import('../../poller/poller.ts'),
  ]);
  const clock = systemClock();
  const sweep = sweepAsk({ timeoutMs: tryMs });
  const parts = { clock, chance: systemChance, sweep, politeness: async () => politeness };
  const poller = makePoller(parts);
  return {
    ...{ clock, chance: systemChance, ask: networkAsk({ timeoutMs: tryMs }), sweep: sweep.ask },
    ...{ probe: udpTry({ timeoutMs: probeMs }), lookups: () => systemLookups() },
    ...{ poller, errands: poller, close: () => sweep.close() },
  };
}
