import { type Cutover } from '../cutover/cutover.ts';
import { type Report } from '../cutover/event.ts';
import { toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Environment } from './environment.ts';

interface Watching {
  readonly environment: Pick<Environment, 'clock' | 'heartbeat'>;
  /** The state as it is stored now; throws once the cutover is somebody else's or cannot be read. */
  readonly load: () => Promise<Cutover>;
  readonly report: (event: Report) => Promise<void>;
}

const effect = 'heartbeat';

/**
 * Tells somebody outside, each minute, that this controller watches: silence there means that nobody does.
 * So nothing is sent by one that cannot read its cutover, or that owns it no more. That it cannot be sent
 * is told in the journal once, and changes nothing else.
 */
export async function heartbeats(
  { environment, load, report }: Watching,
  signal: AbortSignal,
): Promise<void> {
  const { clock, heartbeat } = environment;
  if (heartbeat === undefined) return;
  const stopped = () => signal.aborted;
  while (!stopped()) {
    try {
      const { trouble } = await load();
      const fault = await heartbeat(signal).then(() => null, toFault);
      if (stopped()) return;
      if (fault !== null)
        await report({ type: 'troubled', effect, code: fault.code, message: fault.message });
      else if (effect in trouble) await report({ type: 'recovered', effect });
    } catch {
      // The store is in trouble or the cutover is somebody else's: the owner's loop deals with both.
    }
    await clock.sleep(limits.heartbeatMs, signal).catch(() => undefined);
  }
}
