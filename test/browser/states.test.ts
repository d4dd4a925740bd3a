import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Page } from 'playwright-core';
import { axe, loadAxe, openBrowser, type AxeScope } from '../support/browser.ts';
import { type CutoverSnapshot } from '../../src/view/stream/stream.ts';
import { fixtureNames, fixtures, hostile, type FixtureName } from '../support/page-fixtures.ts';
import { reasons } from '../support/view-lines.ts';
import { reasonOf } from '../../src/view/hold.ts';
import { openStageServer, type StageServer } from '../support/stage-server.ts';

const browser = openBrowser();
let stage: StageServer;
beforeAll(async () => {
  stage = await openStageServer();
  for (const name of fixtureNames) stage.show(name, fixtures[name]());
});
afterAll(() => stage.close());

async function open(page: Page, name: FixtureName): Promise<void> {
  await page.goto(`${stage.url}/cutovers/${name}`);
  await page.locator('html[data-live]').waitFor();
}

interface Look {
  readonly take: (page: Page) => Promise<void>;
  readonly scope: AxeScope;
}

/**
 * What a page is looked at with, one after the other. Colours are looked at anew wherever they are others,
 * which takes axe about as long as everything else, and the layout wherever that is another.
 */
const looks: Readonly<Record<string, Look>> = {
  light: { take: page => page.emulateMedia({ colorScheme: 'light' }), scope: 'all' },
  dark: { take: page => page.emulateMedia({ colorScheme: 'dark' }), scope: 'colours' },
  'forced colours': {
    take: page => page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' }),
    scope: 'colours',
  },
  '320 px': {
    take: async page => {
      await page.emulateMedia({ forcedColors: 'none' });
      await page.setViewportSize({ width: 320, height: 700 });
    },
    scope: 'all but colours',
  },
  // Twice as large a page in the same window has half the room.
  '200 % zoom': {
    take: page => page.setViewportSize({ width: 640, height: 450 }),
    scope: 'layout',
  },
};

const sideways = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The same with one row of each cause: what axe says of a row it says of each, and a hundred take it long. */
function briefer(snapshot: CutoverSnapshot): CutoverSnapshot {
  const { status } = snapshot;
  const { propagation } = status;
  const resolvers = propagation?.resolvers ?? null;
  if (propagation === null || resolvers === null) return snapshot;
  const first = new Map(resolvers.stragglers.toReversed().map(one => [one.cause, one]));
  const stragglers = resolvers.stragglers.filter(one => first.get(one.cause) === one);
  return {
    ...snapshot,
    status: { ...status, propagation: { ...propagation, resolvers: { ...resolvers, stragglers } } },
  };
}

describe('P1: axe finds nothing, light, dark, in forced colours, at 320 px and at 200 %', () => {
  for (const name of fixtureNames)
    it(name, async () => {
      const { page, context, complaints } = await browser.page();
      // One of them has all its rows.
      const snapshot = fixtures[name]();
      const all = name === 'propagate';
      await page.goto(stage.show(`${name}-axe`, all ? snapshot : briefer(snapshot)));
      await page.locator('html[data-live]').waitFor();
      await loadAxe(page);
      for (const [look, { take, scope }] of Object.entries(looks)) {
        await take(page);
        expect(await axe(page, scope), look).toEqual([]);
        expect(await sideways(page), `${look}: scrolls sideways`).toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
      await context.close();
    });
});

it('P1: nor in the list, at the door and in a dialog', async () => {
  const { page, context, complaints } = await browser.page();
  for (const path of ['/', '/login']) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${stage.url}${path}`);
    await loadAxe(page);
    expect(await axe(page, 'all'), path).toEqual([]);
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await sideways(page), `${path} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  await open(page, 'gate');
  await page.locator('.acts button').first().click();
  await loadAxe(page);
  expect(await axe(page, 'all'), 'a dialog').toEqual([]);
  expect(await sideways(page), 'a dialog scrolls sideways').toBeLessThanOrEqual(0);
  expect(complaints).toEqual([]);
  await context.close();
});

it('a screen at the wall shows all that it has without scrolling, whatever is wrong', async () => {
  const { page, context } = await browser.page({ viewport: { width: 1920, height: 1080 } });
  const { status, ...rest } = fixtures.hold();
  const domain = `${'a-rather-long-name-of-a-department.'.repeat(3)}example`;
  const hold = { ...status.hold!, ...reasonOf(reasons.conflict, 'UTC') };
  stage.show('long', { ...rest, status: { ...status, domain, hold } });
  for (const name of ['mail', 'hold', 'hostile', 'long'] as const) {
    await page.goto(`${stage.url}/cutovers/${name}?wall=1`);
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    expect(height, name).toBeLessThanOrEqual(1080);
    expect(await page.locator('.notice h2').first().isVisible(), name).toBe(true);
    expect(await page.locator('.stop[aria-current] .stop-name').isVisible(), name).toBe(true);
  }
  await context.close();
});

it('P3: without colours every state still says its word', async () => {
  // The words are the same before a page wakes, and it is there sooner.
  const { page, context } = await browser.page({ javaScriptEnabled: false });
  const words: Readonly<Partial<Record<FixtureName, readonly RegExp[]>>> = {
    gate: [/gate/i, /not/i],
    propagate: [/\d+ %/, /raises TTLs/i, /waits for its TTL/i],
    hold: [/hold|decide/i],
    rollback: [/back/i],
    done: [/done/i],
    paused: [/paused/i],
  };
  for (const [name, wanted] of Object.entries(words)) {
    await page.goto(`${stage.url}/cutovers/${name}`);
    const text = await page.locator('main').innerText();
    for (const word of wanted) expect(text, name).toMatch(word);
  }
  await context.close();
});

/** Contrast of two colours of the page (WCAG 2.2, relative luminance). */
const contrasts = (page: Page): Promise<readonly (readonly [string, number])[]> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const probe = document.body.appendChild(document.createElement('i'));
    const light = (name: string): number => {
      probe.style.color = `var(${name})`;
      canvas!.fillStyle = getComputedStyle(probe).color;
      canvas!.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = [...canvas!.getImageData(0, 0, 1, 1).data].map(value => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (one: string, other: string): number => {
      const [dark = 0, bright = 0] = [light(one), light(other)].sort((a, b) => a - b);
      return (bright + 0.05) / (dark + 0.05);
    };
    return ['--ink', '--quiet', '--new', '--old', '--good', '--bad', '--mixed', '--edge'].flatMap(
      name => ['--panel', '--paper'].map(on => [`${name} on ${on}`, ratio(name, on)] as const),
    );
  });

it('P4: text has a contrast of 4.5, and edges and shapes of 3', async () => {
  const { page, context } = await browser.page();
  await open(page, 'propagate');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [pair, ratio] of await contrasts(page))
      expect(ratio, `${pair}, ${colorScheme}`).toBeGreaterThanOrEqual(
        pair.startsWith('--edge') ? 3 : 4.5,
      );
  }
  await context.close();
});

const tooSmall = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, input, select, summary, header a, h2 a')]
      .filter(one => one.checkVisibility())
      .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()] as const)
      .filter(([, { width, height }]) => width < 24 || height < 24)
      .map(([html, { width, height }]) => `${html} ${String(width)}x${String(height)}`),
  );

it('P5: whatever is pressed is at least 24 by 24 px', async () => {
  const { page, context } = await browser.page();
  for (const name of ['gate', 'propagate'] as const) {
    await open(page, name);
    await page.locator('.acts button').first().click();
    expect(await tooSmall(page), name).toEqual([]);
  }
  for (const path of ['/', '/login']) {
    await page.goto(`${stage.url}${path}`);
    expect(await tooSmall(page), path).toEqual([]);
  }
  await context.close();
});

it('P6: nothing moves for who wants nothing to move', async () => {
  const { page, context } = await browser.page({ reducedMotion: 'reduce' });
  for (const name of ['drain', 'propagate', 'hold'] as const) {
    await open(page, name);
    expect(await page.evaluate(() => document.getAnimations().length), name).toBe(0);
  }
  await context.close();
});

it('P11: without JavaScript state, stages and tables are there, and the page asks again', async () => {
  const { page, context } = await browser.page({ javaScriptEnabled: false });
  await page.goto(`${stage.url}/cutovers/propagate`);
  const text = await page.locator('main').innerText();
  expect(text).toMatch(/example\.org/);
  expect(text).toMatch(/\d+ %/);
  expect(await page.locator('[aria-current=step]').count()).toBe(1);
  expect(await page.locator('table tbody tr').count()).toBeGreaterThan(5);
  expect(await page.locator('noscript meta[http-equiv=refresh]').count()).toBe(1);
  expect(await page.locator('.acts').count()).toBe(0);
  await context.close();
});

it('P12: what strangers wrote stays text, and the policy is never broken', async () => {
  const { page, context, complaints } = await browser.page();
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', event => {
      console.error(`violated: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await open(page, 'hostile');
  await page.locator('.acts button').first().click();
  stage.say(null, {
    ...{ id: 'e7-9999', seq: 9999, type: 'paused', time: '2026-12-05T06:00:00Z', data: {} },
    ...{ cutover: 'example.org.1', actor: { kind: 'person', name: hostile.markup }, cause: '' },
    text: `${hostile.script}${hostile.bidi}${hostile.long}`,
  });
  await page.locator('.journal li[data-seq="9999"]').waitFor();
  expect(await page.title()).not.toMatch(/owned/);
  expect(await page.locator('img, script:not([src]):not([type="application/json"])').count()).toBe(
    0,
  );
  const text = await page.locator('body').innerText();
  expect(text).toContain('<img src=x');
  expect(text).not.toContain('\u202E');
  expect(text).not.toContain('x'.repeat(2000));
  expect(complaints).toEqual([]);
  await context.close();
});

it('P17: on paper it is a report: no buttons, black on white, all that is said', async () => {
  const { page, context } = await browser.page({ colorScheme: 'dark' });
  await open(page, 'propagate');
  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('button:visible, select:visible, .badge:visible').count()).toBe(0);
  // What a reader would open on a screen is open on paper: rows of the chart, and evidence.
  expect(await page.locator('.share td').first().isVisible()).toBe(true);
  expect(await page.locator('.evidence li').last().isVisible()).toBe(true);
  expect(await page.locator('.table-lagging tbody tr:visible').count()).toBeGreaterThan(40);
  // As wide as A4 between its margins: still a table, not a card for each row.
  await page.setViewportSize({ width: 680, height: 900 });
  expect(await page.locator('.table-lagging thead').isVisible()).toBe(true);
  expect(await sideways(page)).toBe(0);
  const colours = await page.evaluate(() => {
    const { color, backgroundColor } = getComputedStyle(document.documentElement);
    return [color, backgroundColor];
  });
  expect(colours).toEqual(['rgb(21, 25, 30)', 'rgba(0, 0, 0, 0)']);
  const text = await page.locator('body').innerText();
  expect(text).toMatch(/example\.org/);
  expect(text).toMatch(/journal/i);
  expect(text).toMatch(/As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]/);
  await context.close();
});
