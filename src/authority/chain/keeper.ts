import { type Validation } from '../../cutover/validation.ts';
import { displayName } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { anchorFor } from './anchors.ts';
import { rawAsker } from './asking.ts';
import { type ChainOf, walk, type ZoneChain } from './walk.ts';

/** Walks a chain of trust when somebody needs it, and remembers what came of it for a while. */
export interface ChainKeeper {
  readonly of: ChainOf;
  /** `fresh`: what was learnt before this instant does not count. */
  readonly chain: (
    need: { readonly signed: boolean; readonly fresh?: number },
    signal: AbortSignal,
  ) => Promise<ZoneChain>;
}

const unsigned = (of: ChainOf, why: string): ZoneChain => {
  const verdict: Validation = {
    ...{ is: 'insecure', at: displayName(of.zone), why },
    ...{ remedy: null, lasts: null },
  };
  return { verdict, keys: [], bad: new Map(), at: of.clock.now().wall };
};

/**
 * Nobody signs the zone, as far as its servers show: it is walked only where a DS or an anchor says that
 * it ought to be signed. One question, and none where the configuration forbids to look above.
 */
async function unsignedChain(of: ChainOf, signal: AbortSignal): Promise<ZoneChain> {
  if (anchorFor(of.zone, of.trustAnchors).from === 'configured') return walk(of, signal);
  const question = { name: of.zone, type: 'DS' };
  const askRaw = rawAsker(of.ask, signal);
  for (const server of of.lookups ?? []) {
    const message = await askRaw(question, server, true);
    if (typeof message === 'string') continue;
    const found = message.answer.some(({ name, type }) => type === 'DS' && name === of.zone);
    if (found) return walk(of, signal);
    return unsigned(of, 'it is unsigned, and no DS says that it ought to be signed');
  }
  return unsigned(of, 'it is unsigned; whether a DS says that it ought to be signed was not asked');
}

/** What holds, holds for minutes; what does not is looked at again soon, since somebody mends it. */
const lastsMs = ({ verdict, bad }: ZoneChain): number =>
  (verdict.is === 'secure' && bad.size === 0) || verdict.is === 'insecure'
    ? limits.dnssecKeysMs
    : limits.dnssecKeysAgainMs;

export function chainKeeper(of: ChainOf): ChainKeeper {
  let known: { readonly chain: ZoneChain; readonly signed: boolean; readonly up: number } | null =
    null;
  return {
    of,
    chain: async ({ signed, fresh }, signal) => {
      const { up } = of.clock.now();
      const stands =
        known !== null &&
        known.signed === signed &&
        up - known.up < lastsMs(known.chain) &&
        (fresh === undefined || known.up >= fresh);
      if (known !== null && stands) return known.chain;
      const chain = signed ? await walk(of, signal) : await unsignedChain(of, signal);
      known = { chain, signed, up };
      return chain;
    },
  };
}
