import { type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role } from '../../src/access/principal.ts';
import { never, openSite, order, type Site } from '../controller/site.ts';
import { openBrowser } from '../support/browser.ts';
import { openElsewhere } from '../support/elsewhere.ts';
import { openLiveServer, type LiveServer } from '../support/live-server.ts';
import { loading } from '../support/loading.ts';

const browser = openBrowser();
let site: Site;
let server: LiveServer;
let id = '';

/** A cutover of a real controller that waits at its gate, and a real server over its store. */
beforeAll(async () => {
  site = openSite();
  const { plan } = await site.app.plan(order, never);
  const accept = [{ id: 'ttl-history-unknown', subject: null, reason: 'a test' }];
  id = await site.app.start(plan, { accept, takeClaim: null, reason: null }, 'kim');
  const stop = new AbortController();
  const run = site.app.control(id, stop.signal).catch(() => undefined);
  const row = () => site.backing.cutovers.get(id)!.row.state;
  await site.until(() => row().stage === 'gate' && row().findings.length > 0, 1e9);
  stop.abort();
  await site.finish(run);
  server = await openLiveServer(site.app);
});
afterAll(() => server.kill());

async function enter(page: Page, role: Role): Promise<void> {
  await page.goto(`${server.url}/login?next=${encodeURIComponent(`/cutovers/${id}`)}`);
  await page.getByLabel('Token').fill(await server.token(role));
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/cutovers/${id}`);
  await page.locator('html[data-live=live]').waitFor();
}

const acted = async () =>
  (await site.app.journal(id))
    .filter(({ actor }) => actor.kind === 'person')
    .map(({ line }) => line.type);

/** Tabs until this is reached, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let n = 0; n < 80; n += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (name.test(at)) return;
  }
  throw new Error(`no tab leads to ${String(name)}`);
}

/** Tabs until a field of this name has the focus, which may be there already. */
async function tabToField(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 20; n += 1) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute('name'))) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no tab leads to ${name}`);
}

/** What has the focus is in sight, and nothing lies over it (WCAG 2.4.11). */
const inSight = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    const box = activeElement?.getBoundingClientRect();
    if (box === undefined) return false;
    const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return activeElement?.contains(there) === true;
  });

const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    const text = activeElement?.textContent ?? '';
    return text === '' ? (activeElement?.getAttribute('name') ?? '') : text;
  });

/** What a script of another site can send: with the cookies that the browser has, and without leave. */
const fetches = async (path: string): Promise<readonly string[]> => {
  const body = JSON.stringify({ type: 'pause' });
  const json = { 'content-type': 'application/json', 'idempotency-key': 'b', 'if-match': '*' };
  const tries: readonly RequestInit[] = [
    { mode: 'no-cors', headers: { 'content-type': 'text/plain' } },
    { mode: 'cors', headers: json },
  ];
  return Promise.all(
    tries.map(async one =>
      fetch(path, { ...one, method: 'POST', body, credentials: 'include' }).then(
        ({ type }) => type,
        () => 'refused',
      ),
    ),
  );
};

describe('acts', () => {
  it('P13: a viewer is offered nothing, and the API refuses it all the same', async () => {
    const { page, context } = await browser.page();
    await enter(page, 'viewer');
    expect(
      await page.getByRole('button', { name: /Approve|Pause|Roll back|Abandon|Share/ }).count(),
    ).toBe(0);
    const status = await page.evaluate(async path => {
      const headers = {
        'content-type': 'application/json',
        'idempotency-key': 'a',
        'if-match': '*',
      };
      const body = JSON.stringify({ type: 'pause' });
      return (await fetch(path, { method: 'POST', headers, body })).status;
    }, `/api/v1/cutovers/${id}/actions`);
    expect(status).toBe(403);
    expect(await acted()).not.toContain('paused');
    await context.close();
  });

  it('P14: another site can make a browser act for nobody', async () => {
    const watched = await browser.page();
    await enter(watched.page, 'admin');
    const url = `${server.url}/api/v1/cutovers/${id}/actions`;
    const before = await acted();
    const elsewhere = await openElsewhere(url);
    // Another port of the same host is the same site to a browser: the cookie of the session comes along.
    for (const [host, cookie] of [
      ['localhost', false],
      ['127.0.0.1', true],
    ] as const) {
      const { page } = await browser.beside(watched);
      await page.goto(`http://${host}:${String(elsewhere.port)}/`);
      // The first reaches the server, and nobody is shown what it answers.
      expect(await page.evaluate(fetches, url)).toEqual(['refused', 'refused']);
      for (const form of ['urlencoded', 'plain', 'multipart']) {
        await page.goto(`http://${host}:${String(elsewhere.port)}/`);
        const answered = page.waitForResponse(url);
        await page.locator(`#${form} button`).click();
        const response = await answered;
        const headers = await response.request().allHeaders();
        expect('cookie' in headers, `${form} from ${host}`).toBe(cookie);
        expect([401, 403, 415], `${form} from ${host}`).toContain(response.status());
      }
      await page.close();
    }
    await elsewhere.close();
    expect(await acted()).toEqual(before);
    await watched.context.close();
  });

  it('P2: with the keyboard alone somebody reaches, approves, changes their mind and rolls back', async () => {
    const { page, context, complaints } = await browser.page();
    await enter(page, 'admin');
    await tabTo(page, /^Approve/);
    expect(await inSight(page)).toBe(true);
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(/mx\.new/i)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await focused(page)).toMatch(/^Approve/);

    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await tabToField(page, 'domain');
    expect(await inSight(page)).toBe(true);
    await page.keyboard.type('example.org');
    await tabToField(page, 'reason');
    await page.keyboard.type('go');
    await page.keyboard.press('Enter');
    await page.getByText('the server has it').waitFor();
    expect(await acted()).toContain('approved');
    expect(await focused(page)).not.toBe('');

    await tabTo(page, /^Roll back one step/);
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Enter');
    expect(await dialog.isVisible()).toBe(true);
    await tabToField(page, 'domain');
    expect(await inSight(page)).toBe(true);
    await page.keyboard.type('example.com');
    await page.keyboard.press('Enter');
    expect(await dialog.isVisible()).toBe(true);
    expect(await acted()).not.toContain('rollback.asked');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Example.org.');
    await page.keyboard.press('Enter');
    await page.getByText('the server has it').waitFor();
    expect(await acted()).toContain('rollback.asked');
    await page
      .getByText(/rollback|back/i)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

it('a link that is pasted where the door stands open lets in, and leaves no secret in the address', async () => {
  const { page, context } = await browser.page();
  await page.goto(`${server.url}/login`);
  await page.goto(`${server.url}/login#${await server.token('viewer')}`);
  await page.waitForURL(`${server.url}/`);
  await context.close();
});

// Until when its largest part is painted is measured by bench/page.ts.
it('P16: a page and all that it loads comes in 100 kB', async () => {
  const { page, context, complaints } = await browser.page();
  await page.goto(`${server.url}/login#${await server.token('viewer')}`);
  await page.waitForURL(`${server.url}/`);
  const { octets } = await loading(page, `${server.url}/cutovers/${id}`, 4);
  expect(octets).toBeGreaterThan(10 * 1024);
  expect(octets).toBeLessThanOrEqual(100 * 1024);
  expect(complaints).toEqual([]);
  await context.close();
});
