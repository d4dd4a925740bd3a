import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

// What one process has compiled, workers and what they start need not compile: node reads this as it starts.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/** Most of their time they wait for a TTL, a look of the gate, a page or a connection that nobody takes. */
const waiting = 8;

/** Some unit tests wait for sockets, processes and the end of something: another goes on meanwhile. */
const oneMore = availableParallelism() + 1;

/** What is timed by real caches, beside files that wait for a gate or a connection nearly all the while. */
const quiet = [
  ...['truth', 'watched', 'waves', 'secondary', 'wait-watch'],
  ...['mail-blind', 'mail-hosts', 'mail-retire'],
].map(name => `test/realnet/${name}.test.ts`);

/** Files that put modules in the place of others, or hold more sockets than they share well with neighbours. */
const apart = ['transport/**/*', 'providers/cloudflare-token', 'providers/cloudflare-trouble'].map(
  name => `test/${name}.test.ts`,
);

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/realnet/**', 'test/simulation/**', 'test/browser/**', ...apart],
          testTimeout: 120_000,
          maxWorkers: oneMore,
          // The product keeps nothing in modules: files can share them, and half of the time was loading.
          isolate: false,
          // Most of what they make is gone at once: less of it is copied.
          execArgv: ['--max-semi-space-size=64'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'apart',
          include: apart,
          testTimeout: 60_000,
          maxWorkers: oneMore,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/chromium.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // What they load is loaded once: as in the product, modules keep nothing.
          isolate: false,
          maxWorkers: waiting,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'realnet',
          include: ['test/realnet/**/*.test.ts'],
          exclude: quiet,
          globalSetup: ['test/support/bundle.ts'],
          testTimeout: 120_000,
          hookTimeout: 30_000,
          maxWorkers: waiting,
          // After the others: what talks to servers should not wait for a processor.
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          // It has what those beside it leave: while caches are timed the processors have little else to do.
          setupFiles: ['test/support/last-in-line.ts'],
          testTimeout: 600_000,
          maxWorkers: waiting,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'quiet',
          include: quiet,
          globalSetup: ['test/support/bundle.ts'],
          testTimeout: 120_000,
          hookTimeout: 30_000,
          maxWorkers: waiting,
          // Last, and beside nothing that takes a processor from it: a cache that is asked late is judged late.
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
