import { type Clock } from '../clock.ts';
import { limits } from '../limits.ts';
import { putFrame, waiting, wants, type Client } from './client.ts';
import { type Line, type Tail } from './tail.ts';

interface Needs {
  readonly clock: Clock;
  readonly tail: Tail;
  readonly signal: AbortSignal;
}

/** The next lines after the last one that was sent: from memory where they are there. */
async function following(client: Client, tail: Tail): Promise<readonly Line[]> {
  const first = tail.line(client.at + 1);
  return first === undefined ? tail.page(client.at) : [first];
}

/**
 * Sends the lines that a reader lacks as fast as it takes them, however many they are: what waits for it stays
 * small. Ends when it has them all or is gone; one that takes nothing is cut off by whoever looks after it.
 * @throws Fault STORE
 */
export async function catchUp(client: Client, { clock, tail, signal }: Needs): Promise<void> {
  const roomy = async (): Promise<boolean> => {
    while (!client.over && waiting(client) > limits.streamPaceOctets)
      await clock.sleep(limits.streamPaceMs, signal);
    return !client.over;
  };
  while (!client.over && client.at < tail.head()) {
    const lines = await following(client, tail);
    if (lines.length === 0) return;
    for (const line of lines) {
      if (wants(client, line)) {
        if (!(await roomy())) return;
        if (!putFrame(client, line.frame)) return;
      }
      client.at = line.n;
    }
  }
}
