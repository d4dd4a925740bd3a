import { type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journalOf } from '../../src/page/model/journal.ts';
import { eventOf } from '../../src/view/events.ts';
import { axe, loadAxe, openBrowser } from '../support/browser.ts';
import { openLiveServer, type LiveServer } from '../support/live-server.ts';
import { openRehearsal, type Rehearsed } from '../support/rehearsed.ts';

const browser = openBrowser();
let rehearsal: Rehearsed;
let server: LiveServer;

/** A real server over a real rehearsal, which goes on whatever becomes of the server. */
beforeAll(async () => {
  rehearsal = await openRehearsal();
  server = await openLiveServer(rehearsal.app);
});
afterAll(async () => {
  await Promise.all([server.kill(), rehearsal.stop()]);
});

const minute = 60_000;

async function enter(page: Page): Promise<void> {
  const { id } = rehearsal;
  await page.goto(`${server.url}/login?next=${encodeURIComponent(`/cutovers/${id}`)}`);
  await page.getByLabel('Token').fill(await server.token('operator'));
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/cutovers/${id}`);
}

const live = (page: Page, is: string) =>
  page.locator(`html[data-live="${is}"]`).waitFor({ timeout: 2 * minute });

/** The journal as the page shows it, the newest line first. */
const shown = (page: Page): Promise<readonly (readonly [seq: number, text: string])[]> =>
  page
    .locator('.journal li')
    .evaluateAll(lines =>
      lines.map(
        line =>
          [
            Number(line.getAttribute('data-seq')),
            line.querySelector('.entry-text')?.textContent ?? '',
          ] as const,
      ),
    );

/** The same as it is stored. */
async function stored(): Promise<readonly (readonly [seq: number, text: string])[]> {
  const { app, id } = rehearsal;
  const { epoch } = app.environment.store;
  const events = (await app.journal(id)).map(entry => eventOf(entry, epoch));
  // The browser's zone is that of this machine.
  const { timeZone: zone } = new Intl.DateTimeFormat().resolvedOptions();
  return journalOf(events, { zone }).map(
    ({ seq, text, who }) => [seq, who === null ? text : `${text} by ${who}`] as const,
  );
}

// How soon it says so is counted in its own seconds in live.test.ts; here the server is away for a real minute.
it('P8: a page that loses its server for a minute says so, and goes on without a gap', async () => {
  const { page, context, complaints } = await browser.page();
  await enter(page);
  await live(page, 'live');
  const loaded = await page.evaluate(() => performance.timeOrigin);
  const before = await shown(page);
  await server.kill();
  const [atKill] = await stored();
  const killed = performance.now();
  await live(page, 'stale');
  expect(await page.title()).toMatch(/^⚠ /);
  expect(await page.locator('.banner-stale').innerText()).toMatch(/not live since/i);
  await loadAxe(page);
  expect(await axe(page, 'all')).toEqual([]);
  expect(await page.locator('.acts button:enabled').count()).toBe(0);
  await page.waitForTimeout(Math.max(0, killed + minute - performance.now()));
  const [atReturn] = await stored();
  expect(atReturn![0], 'something happened meanwhile').toBeGreaterThan(atKill![0]);
  await server.again();
  await live(page, 'live');
  await page.locator(`.journal li[data-seq="${String(atReturn![0])}"]`).waitFor();
  expect(await page.title()).not.toMatch(/^⚠/);
  const after = await shown(page);
  const [newest, oldest] = [after[0]![0], before.at(-1)![0]];
  const expected = (await stored()).filter(([seq]) => seq >= oldest && seq <= newest);
  expect(after).toEqual(expected);
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(loaded);
  expect(complaints).toEqual([]);
  await context.close();
});
