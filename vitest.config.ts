import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/realnet/**', 'test/simulation/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          testTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'realnet',
          include: ['test/realnet/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 30_000,
          maxWorkers: 4,
          // After the others: what talks to servers should not wait for a processor.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
