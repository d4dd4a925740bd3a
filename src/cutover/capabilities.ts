import { type Seconds } from '../clock.ts';

/** What a provider can promise. Values, so that nobody asks a provider for its name. */
export interface Capabilities {
  /** The lowest TTL it accepts; null when every TTL works. */
  readonly minTtl: Seconds | null;
  /** `atomic`: compares and writes in one act. `checked`: compares first, a window stays open. */
  readonly compareAndSwap: 'atomic' | 'checked';
  /** Several RRsets in one `write` land together or not at all. */
  readonly atomicSets: boolean;
  /** Whether a set that loses records may be served as a mixture of both sets on the way. */
  readonly shrinks: 'at once' | 'by union';
  /** `reported`: `synced` tells when its servers have it. `observed`: only asking the servers tells. */
  readonly syncStatus: 'reported' | 'observed';
  /** How long a read may still show an older state after a write. */
  readonly lag: Seconds;
}
