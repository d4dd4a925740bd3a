import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { endpoint } from './chromium.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A page that is watched: what a strict policy refused, and what its scripts threw. */
export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
}

type ContextOptions = Parameters<Browser['newContext']>[0];

/** A browser for the tests of one file, with contexts that end with it. */
export function openBrowser(): {
  readonly page: (options?: ContextOptions) => Promise<Watched>;
  readonly beside: (watched: Watched) => Promise<Watched>;
} {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await chromium.connect(endpoint());
  });
  afterAll(() => browser?.close());
  const watch = async (context: BrowserContext): Promise<Watched> => {
    const complaints: string[] = [];
    const page = await context.newPage();
    page.on('pageerror', error => complaints.push(`thrown: ${error.message}`));
    page.on('console', message => {
      const text = message.text();
      // A server that is away, and an answer that refuses, are told in the console as well.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
        complaints.push(text);
    });
    return { page, context, complaints };
  };
  return {
    page: async options =>
      watch(await browser!.newContext({ viewport: { width: 1280, height: 900 }, ...options })),
    beside: ({ context }) => watch(context),
  };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly {
    readonly target: readonly unknown[];
    readonly failureSummary?: string;
  }[];
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe looks at: colours take it longer than everything else together. */
const scopes = {
  all: { runOnly: tags },
  colours: { runOnly: { type: 'rule', values: ['color-contrast'] } },
  'all but colours': { runOnly: tags, rules: { 'color-contrast': { enabled: false } } },
  /** The rules that look at boxes, and at what is shown or not: the others see the same as in any other layout. */
  layout: {
    runOnly: {
      type: 'rule',
      values: [
        ...['target-size', 'scrollable-region-focusable', 'region', 'landmark-one-main', 'bypass'],
        ...['skip-link', 'page-has-heading-one', 'heading-order', 'empty-heading', 'button-name'],
        ...['link-name', 'label', 'select-name', 'avoid-inline-spacing', 'nested-interactive'],
      ],
    },
  },
} as const;

export type AxeScope = keyof typeof scopes;

/** Loaded by the debugger, which no policy of a page binds. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(readFileSync(axeFile, 'utf8'));
}

/** What axe finds against WCAG 2.2 AA and good practice in a page that it was loaded into. */
export async function axe(page: Page, scope: AxeScope): Promise<readonly string[]> {
  const options = { ...scopes[scope], resultTypes: ['violations'], preload: false };
  const found = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    `axe.run(document, ${JSON.stringify(options)})`,
  );
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ target, failureSummary = '' }) => `${target.join(' ')} ${failureSummary}`)
        .join('; ')}`,
  );
}
