import { describe, expect, it } from 'vitest';
import { cutover, load } from './load.ts';
import { refused } from './refused.ts';

const second =
  "  - { domain: example.net, provider: onprem, records: [{ name: '@', type: MX, set: ['0 mx.new.example'] }] }\n";
/** Two domains; the section stands in line 9, after seven lines of the first and one of the second. */
const withWaves = (keys: string): string => `${cutover('claim: on')}${second}waves: { ${keys} }\n`;

describe('waves', () => {
  refused([
    ['a canary from elsewhere', withWaves('canary: [exampel.net]'), '9:19', 'Did you mean'],
    [
      'a canary twice',
      withWaves('canary: [example.net, EXAMPLE.net.]'),
      '9:32',
      'each domain once',
    ],
    ['shares that fall', withWaves('shares: [50, 10, 100]'), '9:23', 'percentages that rise'],
    ['shares that end early', withWaves('shares: [10, 50]'), '9:18', 'the last of them 100'],
    ['a share of nothing', withWaves('shares: [0, 100]'), '9:19', 'above 0'],
    ['none at once', withWaves('concurrency: 0'), '9:23', 'a whole number'],
    ['a wait that is none', withWaves('wait: soon'), '9:16', 'a duration'],
    ['another key', withWaves('canaries: []'), '9:10', 'canary'],
  ]);

  it('are read with their defaults, and let the old host be closed after the last domain', async () => {
    const { waves, orders } = await load(withWaves('canary: [Example.net]'));
    expect(waves).toEqual({
      ...{ canary: ['example.net.'], shares: [100], concurrency: 5 },
      ...{ stopOnFailure: true, wait: 86_400, patience: 1800 },
    });
    expect(orders.map(({ policy }) => policy.retire.shared)).toEqual([true, true]);
  });

  it('of domains with old hosts of their own leave each to itself', async () => {
    const { orders } = await load(withWaves('sharedOldHost: false'));
    expect(orders.map(({ policy }) => policy.retire.shared)).toEqual([undefined, undefined]);
    const none = await load(cutover('claim: on'));
    expect(none.waves).toBeNull();
    expect(none.orders[0]!.policy.retire.shared).toBeUndefined();
  });
});
