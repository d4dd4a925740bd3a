import { type Now } from '../clock.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { withDeadline } from '../deadline.ts';
import { keyText } from '../dns/rrset.ts';
import { Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Provider } from '../provider.ts';
import { type Found, keyOfChange } from './found.ts';
import { type Asking, urgencyOf } from './sending.ts';

/** A set that cannot be read for so long, since somebody made something else of it, is there to stay. */
const unreadableMs = 10_000;

async function readOnce(run: Asking, provider: Provider): Promise<readonly Found[]> {
  const { clock } = run.environment;
  const found: Found[] = [];
  for (const change of run.intent.changes) {
    const key = keyOfChange(change);
    const what = `reading ${keyText(key)} from ${provider.name}`;
    const terms = { ms: limits.readDeadlineMs, what, signal: run.signal };
    const hosted = await withDeadline(clock, terms, signal =>
      provider.read(key, signal, urgencyOf(run)),
    );
    found.push({ change, hosted });
  }
  return found;
}

/**
 * Reads every RRset of the intent, as often as it takes. What may pass is waited for; an RRset that was
 * turned into something that cannot be handled (a routing policy, an alias) is told as the fault it is.
 */
export async function readAll(run: Asking, provider: Provider): Promise<readonly Found[] | Fault> {
  const { clock } = run.environment;
  let odd: Now | null = null;
  for (let pauseMs = 1000; ; pauseMs = Math.min(30_000, pauseMs * 2)) {
    try {
      return await readOnce(run, provider);
    } catch (error) {
      if (run.signal.aborted) throw new Fault('ABORTED', 'given up', { cause: error });
      const fault = toFault(error);
      await run.trouble(fault);
      if (fault.code !== 'UNSUPPORTED' && fault.code !== 'MALFORMED') odd = null;
      else if (odd !== null && elapsed(odd, clock.now()).ms >= unreadableMs) return fault;
      else odd ??= clock.now();
      await clock.sleep(pauseMs, run.signal);
    }
  }
}

/** How far apart reads are: the first figure, unless they take long. */
const pollMs = { least: 1000, most: 30_000 };

/**
 * The pause before the next read. Reads that take long wait in line for the account's budget: asking
 * less often is what makes the line shorter, for everybody.
 */
export function nextPauseMs(pauseMs: number, tookMs: number): number {
  if (tookMs > pollMs.least) return Math.min(pollMs.most, pauseMs * 2);
  return tookMs > pollMs.least / 2 ? pauseMs : Math.max(pollMs.least, pauseMs / 2);
}
