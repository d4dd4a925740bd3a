import { defineConfig } from 'vitest/config';

/** Left alone, vitest keeps one processor free, and of two that is half. */
const everyProcessor = '100%';

/** What is timed by real caches, beside files that wait for a gate or a connection nearly all the while. */
const quiet = ['truth', 'watched', 'waves', 'mail-*', 'secondary', 'wait-watch'].map(
  name => `test/realnet/${name}.test.ts`,
);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/realnet/**', 'test/simulation/**'],
          testTimeout: 30_000,
          maxWorkers: everyProcessor,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 240_000,
          maxWorkers: everyProcessor,
          // The longest files first: at the end the other processors would have nothing to do.
          sequence: { groupOrder: 0 },
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
          // Most of their time they wait for a TTL, a look of the gate or a connection that nobody takes.
          maxWorkers: 6,
          // After the others: what talks to servers should not wait for a processor.
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'quiet',
          include: quiet,
          globalSetup: ['test/support/bundle.ts'],
          testTimeout: 120_000,
          hookTimeout: 30_000,
          maxWorkers: quiet.length,
          // Last, and with little beside it: a cache that is asked late is judged late.
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
