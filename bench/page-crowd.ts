/**
 * The page of a cutover with ten thousand resolvers in Chromium: `npm run build && node bench/page-crowd.ts`.
 * Until its first part is painted; how long a key waits for the screen while two messages come each second, as
 * in a watch, and while an hour of them comes as fast as they are taken; and its heap after that hour. Goals:
 * 1 s, 100 ms, 100 MB.
 */
import { registerHooks } from 'node:module';
import { type Page } from 'playwright-core';
import { launchBrowser } from '../test/support/rehearsal-process.ts';

// Node reads no TSX: the page is taken as it was built.
registerHooks({
  resolve: (name, context, next) => {
    const found = next(name, context);
    if (!found.url.endsWith('.tsx')) return found;
    const url = found.url.replace('/src/', '/dist/src/').replace(/tsx$/, 'js');
    return { ...found, url, format: 'module' };
  },
});
const { openStageServer } = await import('../test/support/stage-server.ts');
const { watchOn } = await import('../test/support/watch-on.ts');
const { fixtures } = await import('../test/support/page-fixtures.ts');

const paintOf = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>(resolve => {
        new PerformanceObserver(list => {
          const first = list.getEntriesByName('first-contentful-paint')[0];
          if (first !== undefined) resolve(first.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );

/** From a real key to the next frame, for the keys that are pressed from now on. */
const watchKeys = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.assign(window, { delays: [] });
    document.addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => {
        (window as unknown as { delays: number[] }).delays.push(performance.now() - timeStamp);
      });
    });
  });

/** Presses keys until that is over; says how long they waited. */
async function keysDuring(page: Page, work: Promise<void>): Promise<string> {
  await page.evaluate(() => Object.assign(window, { delays: [] }));
  const over = new AbortController();
  void work.finally(() => {
    over.abort();
  });
  while (!over.signal.aborted) await page.keyboard.press('Tab', { delay: 50 });
  await work;
  const delays = await page.evaluate(() => (window as unknown as { delays: number[] }).delays);
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (part: number): string => (sorted[Math.floor(part * sorted.length)] ?? NaN).toFixed(0);
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms (goal: 100; ${sorted.length} keys)`;
}

const browser = await launchBrowser();
const stage = await openStageServer();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const crowd = fixtures.crowd();
  await page.goto(stage.show('crowd', crowd));
  const paint = await paintOf(page);
  while (stage.listening() === 0) await new Promise(resolve => setTimeout(resolve, 20));
  await watchKeys(page);
  const paced = await keysDuring(
    page,
    watchOn(crowd, { page, stage, messages: 120, everyMs: 500 }),
  );
  const replayed = await keysDuring(page, watchOn(crowd, { page, stage, messages: 7200 }));
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  console.log(`10,000 resolvers: first paint ${paint.toFixed(0)} ms (goal: 1000)`);
  console.log(`a key, two messages a second: ${paced}`);
  console.log(`a key, as messages come as fast as they are taken: ${replayed}`);
  console.log(`heap after an hour of messages: ${(usedSize / 1e6).toFixed(1)} MB (goal: 100)`);
} finally {
  await browser.close();
  await stage.close();
}
