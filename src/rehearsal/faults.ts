import { type Chance } from '../clock.ts';
import { Fault } from '../errors.ts';
import { type Provider } from '../provider.ts';

export type FaultKind = 'none' | 'normal' | 'hard';

/** How likely each kind of trouble is, for one call. */
const likely: Record<FaultKind, { lost: number; down: number; edit: number }> = {
  none: { lost: 0, down: 0, edit: 0 },
  normal: { lost: 0.25, down: 0.05, edit: 0 },
  hard: { lost: 0.45, down: 0.15, edit: 0.1 },
};

export interface Faulty {
  readonly provider: Provider;
  readonly kind: FaultKind;
  /**
   * Writes have a chance of their own: how often is read depends on how fast the machine is, and the same
   * seed must do the same to the first write, to the second, and so on.
   */
  readonly chance: { readonly reads: Chance; readonly writes: Chance };
  /** Somebody else edits the zone between our read and our write. */
  readonly edit: () => void;
  /** Nothing goes wrong while this is false. */
  readonly active: () => boolean;
  /** Told what goes wrong, so that whoever watches knows why. */
  readonly tell: (what: string) => void;
}

/** A provider as the world has them: answers get lost, it is down for a moment, people edit the zone. */
export function faultyProvider({ provider, kind, chance, edit, active, tell }: Faulty): Provider {
  const odds = likely[kind];
  const { reads, writes } = chance;
  const lost = (): Fault => new Fault('UNAVAILABLE', 'the connection broke before an answer came');
  return {
    ...provider,
    read: async (key, signal) => {
      if (active() && reads.float() < odds.down) {
        tell('the provider does not answer');
        throw new Fault('UNAVAILABLE', 'the provider does not answer');
      }
      return provider.read(key, signal);
    },
    write: async (moves, signal) => {
      if (!active()) return provider.write(moves, signal);
      // Always three draws, so that one write's fate does not shift the next one's.
      const edited = writes.float() < odds.edit;
      const unanswered = writes.float() < odds.lost;
      const applied = writes.float() < 0.5;
      if (edited) {
        tell('somebody else edits the zone, just before our write');
        edit();
      }
      if (!unanswered) return provider.write(moves, signal);
      tell(`the answer to a write is lost; it was ${applied ? '' : 'not '}applied`);
      if (applied) await provider.write(moves, signal);
      throw lost();
    },
  };
}
