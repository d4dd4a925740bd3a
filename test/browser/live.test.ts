import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Page } from 'playwright-core';
import { limits } from '../../src/limits.ts';
import { openBrowser } from '../support/browser.ts';
import { watchOn } from '../support/watch-on.ts';
import { fixtures } from '../support/page-fixtures.ts';
import { openStageServer, type StageServer } from '../support/stage-server.ts';

const browser = openBrowser();
let stage: StageServer;
beforeEach(async () => {
  stage = await openStageServer();
});
afterEach(() => stage.close());

const second = 1000;
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 20));
};

const liveState = (page: Page, is: string) => page.locator(`html[data-live="${is}"]`).waitFor();

/** From now on its clocks stand still, but where the test moves them. */
async function stopClocks(page: Page): Promise<void> {
  const now = await page.evaluate(() => Date.now());
  await page.clock.pauseAt(now + 20 * second);
}

/** Frame by frame, until the tab says this. */
async function drawn(page: Page, title: string): Promise<void> {
  while ((await page.title()) !== title) await page.clock.runFor(20);
}

/** The page of a cutover that spreads, hearing its stream. */
async function spreading(page: Page) {
  const snapshot = fixtures.propagate();
  await page.goto(stage.show('propagate', snapshot));
  await until(() => stage.listening() > 0);
  const at = Date.parse(snapshot.at);
  const beat = (ms: number): void => {
    stage.say('beat', { at: new Date(at + ms).toISOString() });
  };
  beat(0);
  await liveState(page, 'live');
  const share = (value: number, ms: number): void => {
    const { propagation, forecast } = snapshot.status;
    const named = propagation!.resolvers!.stragglers.slice(0, 5);
    const resolvers = { ...propagation!.resolvers!, share: value, stragglers: named };
    stage.say('propagation', {
      ...{ at: new Date(at + ms).toISOString(), cutover: snapshot.cutover, seq: snapshot.seq },
      ...{ propagation: { ...propagation!, resolvers }, forecast, point: null },
    });
  };
  return { snapshot, beat, share };
}

it('P7: a page that changes a thousand times in a minute is read out four times at most', async () => {
  const { page, context } = await browser.page();
  await page.clock.install();
  const { share } = await spreading(page);
  await stopClocks(page);
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const live =
      '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]:not([aria-live=off])';
    new MutationObserver(changes => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest(live);
        const text = region?.textContent ?? '';
        // What is emptied is read out to nobody.
        if (text !== '' && text !== said.at(-1)) said.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  for (let n = 0; n < 1000; n += 1) {
    share((n % 97) / 100, n * 60);
    // Less than a minute in all: what is read out after it is not counted here.
    if (n % 50 === 49) await page.clock.runFor(2.9 * second);
  }
  share(0.5, 60 * second);
  await drawn(page, '50 % example.org');
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said.length).toBeGreaterThan(1);
  expect(said.length, said.join('\n')).toBeLessThanOrEqual(4);
  await context.close();
});

it('P8: a page that hears nothing says so within 35 s, and takes it back when it hears again', async () => {
  const { page, context } = await browser.page();
  await page.clock.install();
  const { beat, share } = await spreading(page);
  await stopClocks(page);
  share(0.41, second);
  await drawn(page, '41 % example.org');
  const lost = await page.evaluate(() => performance.now());
  await page.clock.runFor(30 * second);
  expect(await page.locator('.banner-stale').count()).toBe(0);
  while ((await page.locator('.banner-stale').count()) === 0) await page.clock.runFor(second / 2);
  const waited = (await page.evaluate(() => performance.now())) - lost;
  expect(waited).toBeLessThanOrEqual(35 * second);
  expect(await page.title()).toBe('⚠ 41 % example.org');
  beat(40 * second);
  await drawn(page, '41 % example.org');
  expect(await page.locator('.banner-stale').count()).toBe(0);
  await context.close();
});

it('P18: a viewer whose clock is an hour off sees the right ages all the same', async () => {
  const texts: string[] = [];
  const here = Date.parse(fixtures.propagate().at);
  for (const off of [-3600, 0, 3600]) {
    const { page, context } = await browser.page({ timezoneId: 'UTC' });
    await page.clock.install({ time: here + off * second });
    const { share } = await spreading(page);
    await stopClocks(page);
    share(0.37, 90 * second);
    await drawn(page, '37 % example.org');
    texts.push(await page.locator('main').innerText());
    await context.close();
  }
  const [early, right, late] = texts;
  expect(early).toBe(right);
  expect(late).toBe(right);
  expect(right).toMatch(/\d:\d\d/);
});

/** Elements and listeners of a page, without those that nothing refers to any more. */
async function sizeOf(page: Page): Promise<{ readonly nodes: number; readonly listeners: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners: listeners } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { nodes, listeners };
}

// How soon it is painted, how late a key is felt and how large its heap is after an hour: bench/page-crowd.ts.
it('P15: of ten thousand resolvers the page shows the worst, and does not grow as they turn', async () => {
  const { page, context, complaints } = await browser.page();
  const crowd = fixtures.crowd();
  const response = await page.goto(stage.show('crowd', crowd));
  expect((await response!.body()).length).toBeLessThan(200_000);
  await until(() => stage.listening() > 0);
  const rows = page.locator('.table-lagging tbody tr:not(.group-head, .group-more)');
  const named = crowd.status.propagation!.resolvers!.stragglers.length;
  expect(named).toBeLessThanOrEqual(limits.frameResolvers);
  expect(await rows.count()).toBe(named);
  await watchOn(crowd, { page, stage, messages: 400 });
  const first = await sizeOf(page);
  await watchOn(crowd, { page, stage, messages: 400 });
  const then = await sizeOf(page);
  expect(await rows.count()).toBe(named);
  expect(then.nodes).toBeLessThanOrEqual(first.nodes + 100);
  expect(then.listeners).toBeLessThanOrEqual(first.listeners + 10);
  expect(complaints).toEqual([]);
  await context.close();
});
