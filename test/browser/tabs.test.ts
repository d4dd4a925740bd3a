import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLiveServer } from '../support/live-server.ts';
import { fixtures } from '../support/page-fixtures.ts';
import { openSite, order, never } from '../controller/site.ts';
import { openStageServer } from '../support/stage-server.ts';
import { openWindow, type Tab, type Window } from '../support/tabs.ts';

let window: Window;
beforeAll(async () => {
  window = await openWindow();
});
afterAll(() => window.close());

const isLive = `document.documentElement.dataset.live === 'live'`;
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 20));
};

// A browser opens six connections to one server (HTTP/1.1): with eight streams the seventh tab would wait for ever.
it('P9: eight tabs of one browser all load over HTTP/1.1', async () => {
  const { app } = openSite();
  const { plan } = await app.plan(order, never);
  const id = await app.start(plan, { accept: [], takeClaim: null, reason: null }, 'kim');
  const server = await openLiveServer(app);
  const first = await window.tab(`${server.url}/login#${await server.token('viewer')}`);
  await first.until(`location.pathname === '/' && ${isLive}`);
  await first.go(`${server.url}/cutovers/${id}`);
  const tabs: Tab[] = [first];
  const loads = `location.pathname !== '/' && ${isLive}`;
  await first.until(loads);
  while (tabs.length < 8) {
    const tab = await window.tab(`${server.url}/cutovers/${id}`);
    tabs.push(tab);
    await tab.until(loads);
  }
  // Each of them, shown again, finds its stream once more.
  for (const tab of tabs) {
    await tab.show();
    await tab.until(`!document.hidden && ${isLive}`);
    expect(await tab.value(`document.querySelector('h1').innerText`)).toMatch(/example\.org/);
  }
  await server.kill();
});

it('P10: a page that nobody sees leaves its stream, and goes on where it was', async () => {
  const stage = await openStageServer();
  const snapshot = fixtures.propagate();
  const tab = await window.tab(stage.show('propagate', snapshot));
  await until(() => stage.listening() === 1);
  const say = (more: number): string => {
    const seq = snapshot.seq + more;
    const [id, text] = [`e7-${String(1000 + seq)}`, `line ${String(seq)} of the test`];
    stage.say(null, { ...snapshot.events.at(-1)!, id, seq, text }, id);
    return text;
  };
  const count = (text: string) =>
    `document.body.innerText.split(${JSON.stringify(text)}).length - 1`;
  const first = say(1);
  await tab.until(`(${count(first)}) === 1`);
  const other = await window.tab('about:blank');
  await until(() => stage.listening() === 0);
  expect(await tab.value('document.hidden')).toBe(true);
  await tab.show();
  await until(() => stage.listening() === 1);
  expect(stage.asked.at(-1)).toMatch(new RegExp(`\\?after=e7-${String(1001 + snapshot.seq)}$`));
  const second = say(2);
  await tab.until(`(${count(second)}) === 1`);
  expect(await tab.value(count(first))).toBe(1);
  expect(await other.value('document.hidden')).toBe(true);
  await stage.close();
});
