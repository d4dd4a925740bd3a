import { type Chance, type Clock } from '../clock.ts';
import { type Provider } from '../provider.ts';
import { type Store } from '../store/store.ts';
import { type Ask, type Server } from '../transport/transport.ts';

/** All that the outside world is to the product: everything that is not here is computed. */
export interface Environment {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly store: Store;
  /** The provider of this name in the configuration; opened once. */
  readonly provider: (name: string) => Promise<Provider>;
  readonly ask: Ask;
  /** Recursive servers of this machine, for finding the delegation. */
  readonly lookups: () => Promise<readonly Server[]>;
  /** Keeps a file outside the store, so that an undo by hand needs nothing else. */
  readonly backup: (name: string, text: string) => Promise<void>;
  /** Where this process runs, for claims and messages. */
  readonly host: string;
}
