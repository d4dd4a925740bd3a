import { type Page } from 'playwright-core';
import { type CutoverSnapshot } from '../../src/view/stream/stream.ts';
import { type StageServer } from './stage-server.ts';

interface Crowded {
  readonly page: Page;
  readonly stage: StageServer;
  /** Two of them are said each second of the watch. */
  readonly messages: number;
  /** Milliseconds from one to the next; left out: as fast as the page takes them. */
  readonly everyMs?: number;
}

/** What a watch says in a while. */
export async function watchOn(
  { at: begun, cutover, seq, status }: CutoverSnapshot,
  { page, stage, messages, everyMs = 0 }: Crowded,
): Promise<void> {
  const { propagation, forecast } = status;
  for (let n = 0; n < messages; n += 1) {
    const at = new Date(Date.parse(begun) + n * 500).toISOString();
    // What is named comes and goes: each time its rows are made anew.
    const stragglers = n % 100 === 99 ? [] : propagation!.resolvers!.stragglers.slice(n % 7);
    const resolvers = { ...propagation!.resolvers!, share: (n % 100) / 100, stragglers };
    const counts = { new: n, old: messages - n, mixed: 0, other: 0, cannotTell: 0 };
    stage.say('propagation', {
      ...{ at, cutover, seq, forecast, propagation: { ...propagation!, resolvers } },
      point: n % 120 === 0 ? { at, share: n / messages, ...counts } : null,
    });
    if (everyMs > 0) await new Promise(resolve => setTimeout(resolve, everyMs));
    else if (n % 200 === 199) await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  const last = { ...propagation!, resolvers: { ...propagation!.resolvers!, share: 0.5 } };
  const at = new Date(Date.parse(begun) + messages * 500).toISOString();
  stage.say('propagation', { at, cutover, seq, forecast, propagation: last, point: null });
  while (!(await page.title()).startsWith('50 %'))
    await page.evaluate(() => new Promise(requestAnimationFrame));
}
