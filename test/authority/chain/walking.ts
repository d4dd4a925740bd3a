import { type ChainOf, walk, type ZoneChain } from '../../../src/authority/chain/walk.ts';
import { stillClock } from '../../support/clock.ts';
import {
  above,
  anchor,
  type Answers,
  served,
  signedWorld,
  zone,
} from '../../support/signed-world.ts';

export const resolver = '192.0.2.53';
export const servers = ['192.0.2.1', '192.0.2.2'].map((address, index) => ({
  ...{ name: `ns${index + 1}.example.org.`, address, port: 53 },
}));

export interface World {
  readonly resolvers?: Readonly<Record<string, Answers>>;
  readonly one?: Answers;
  readonly two?: Answers;
  readonly of?: Partial<ChainOf>;
}

/** A walk in a world where everything is signed well but for what is given. */
export async function walked({
  resolvers = { [resolver]: above },
  one,
  two,
  of,
}: World = {}): Promise<{
  chain: ZoneChain;
  asked: ReturnType<typeof signedWorld>['asked'];
}> {
  const world = { ...resolvers, '192.0.2.1': one ?? served, '192.0.2.2': two ?? served };
  const { ask, asked } = signedWorld(world);
  const lookups = Object.keys(resolvers).map(address => ({ address, port: 53 }));
  const chain = await walk(
    { zone, servers, trustAnchors: [anchor], ask, clock: stillClock(), lookups, ...of },
    new AbortController().signal,
  );
  return { chain, asked };
}
