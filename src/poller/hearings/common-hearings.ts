import { type Instant } from '../../clock.ts';
import { limits } from '../../limits.ts';
import { exposureOf } from '../../propagation/exposure.ts';
import { type Hearing } from '../../propagation/hearing.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { type Witness } from './hearing.ts';

/** The clock of a watch: its instants are `up + offset`. */
interface At {
  readonly now: Instant;
  readonly offset: number;
}

/** Looks for an address that answers though no machine is there; null: none does. */
type Probe = () => Promise<string | null>;

/**
 * What one process heard, for all its watches. Whether a resolver makes answers up, and which machine it is,
 * does not depend on the zone; that it resolves one is shown by its answer. So a thousand watches hear
 * each resolver once, and not a thousand times.
 */
export interface CommonHearings {
  /** What was found at addresses where no machine is, seconds ago at most or now; one looks for all. */
  probe(look: Probe, up: () => number): Promise<string | null>;
  /** What was heard of it there since then, on the clock of the asker; null: nothing, or long ago. */
  find(witness: Witness, at: At, since: Instant): Hearing | null;
  keep(resolver: Resolver, hearing: Hearing, at: At): void;
  /** Resolves when whoever hears it now is done; null: nobody does. */
  busy(resolver: Resolver, address: string): Promise<void> | null;
  /** It is being heard until this ends, however it does. */
  hold(resolver: Resolver, address: string, doing: Promise<void>): Promise<void>;
}

export function commonHearings(): CommonHearings {
  const kept = new Map<string, { readonly hearing: Hearing; readonly offset: number }>();
  const underWay = new Map<string, Promise<void>>();
  let probed: { readonly intercepted: string | null; readonly up: number } | null = null;
  let probing: Promise<unknown> | null = null;
  const nameOf = ({ id, operator, over }: Resolver, address: string): string =>
    JSON.stringify([id, operator, address, over]);
  return {
    probe: async (look, up) => {
      while (probing !== null) await probing;
      if (probed !== null && up() - probed.up < limits.probeAgainMs) return probed.intercepted;
      const looking = look();
      probing = looking.catch(() => undefined);
      try {
        const intercepted = await looking;
        probed = { intercepted, up: up() };
        return intercepted;
      } finally {
        probing = null;
      }
    },
    find: ({ resolver, address }, { now, offset }, since) => {
      const one = kept.get(nameOf(resolver, address));
      if (one === undefined) return null;
      const hearing = shifted(one.hearing, offset - one.offset);
      const same = hearing.exposure === exposureOf(resolver) && hearing.weight === resolver.weight;
      const young = hearing.at > since && now - hearing.at < limits.hearingKeptMs;
      return same && young ? hearing : null;
    },
    keep: (resolver, hearing, { offset }) => {
      // That it fails for one zone says nothing of another.
      if (hearing.trouble !== null) return;
      kept.set(nameOf(resolver, hearing.address), { hearing, offset });
    },
    busy: (resolver, address) => underWay.get(nameOf(resolver, address)) ?? null,
    hold: (resolver, address, doing) => {
      const name = nameOf(resolver, address);
      const over = doing.then(
        () => undefined,
        () => undefined,
      );
      underWay.set(name, over);
      return doing.finally(() => {
        if (underWay.get(name) === over) underWay.delete(name);
      });
    },
  };
}

/** The same object where the clocks are one: there may be a hundred thousand of them. */
function shifted(hearing: Hearing, byMs: number): Hearing {
  if (byMs === 0) return hearing;
  const { at, denial } = hearing;
  return {
    ...{ ...hearing, at: at + byMs },
    denial: denial === null ? null : { ...denial, at: denial.at + byMs },
  };
}
