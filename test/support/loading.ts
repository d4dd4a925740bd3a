import { type Page } from 'playwright-core';

/** What a page took to load, with an empty cache. */
export interface Loading {
  /** ms until its largest part was painted. */
  readonly lcp: number;
  /** Octets that came over the wire, headers included. */
  readonly octets: number;
}

/** Loads an address anew with a processor that is slowed down. */
export async function loading(page: Page, url: string, slowDown: number): Promise<Loading> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowDown });
  let octets = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    octets += encodedDataLength;
  });
  await page.goto(url);
  await page.locator('html[data-live]').waitFor();
  const lcp = await page.evaluate(
    () =>
      new Promise<number>(resolve => {
        new PerformanceObserver(list => {
          resolve(list.getEntries().at(-1)?.startTime ?? Infinity);
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
  await session.detach();
  return { lcp, octets };
}
