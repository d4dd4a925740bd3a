import { type App } from '../../app.ts';
import { type Questions } from '../../api/kit.ts';
import { udpTry } from '../../transport/udp.ts';
import { propagationJson } from '../../view/propagation/json.ts';
import { session } from '../propagation/session.ts';
import { type Terms } from '../propagation/terms.ts';
import { type World } from '../propagation/world.ts';
import { tryOut } from '../resolvers/testing.ts';

const probeMs = 1000;

/** One look that waits for nothing and knows nothing but what was asked. */
const oneLook: Omit<Terms, 'key' | 'expect'> = {
  ...{ old: null, list: null, only: [], authority: [], until: null, watch: false },
  ...{ timeoutMs: null, form: 'json', explain: null, by: null },
};

/** What resolvers are asked goes through the one budget that the watches of this process keep. */
function worldOf({ environment, poller }: App): World {
  const { clock, chance, ask, sweep, lookups } = environment;
  return {
    ...{ clock, chance, ask, lookups, sweep: sweep.ask, poller, errands: poller },
    probe: udpTry({ timeoutMs: probeMs }),
    close: async () => undefined,
  };
}

/** Asks the world for callers of the API, as `propagation` and `resolvers test` do at the command line. */
export function questionsOf(app: App): Questions {
  const world = worldOf(app);
  return {
    look: async ({ resolvers, ...of }, signal) => {
      const terms = { ...oneLook, ...of };
      const { picture } = await session({ terms, resolvers, world }, () => undefined, signal);
      return propagationJson(picture);
    },
    test: async (resolvers, signal) => {
      const trying = { world, errands: app.poller, resolvers, zone: null };
      const { tested, network } = await tryOut(trying, signal);
      return { network, resolvers: tested };
    },
  };
}
