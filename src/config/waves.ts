import { type Order } from '../cutover/order.ts';
import { type Waves } from '../cutover/wave.ts';
import { displayName, type Name, parseName } from '../dns/name.ts';
import { nearest } from './nearest.ts';
import { attempt, type Reading, refuse, secondsAt } from './reading.ts';
import { type ConfigFile } from './schema.ts';

/** The section `waves`; null where there is none. */
export function readWaves(
  reading: Reading,
  { waves }: Pick<ConfigFile, 'waves'>,
  orders: readonly Order[],
): Waves | null {
  if (waves === undefined) return null;
  const { shares, concurrency, stopOnFailure } = waves;
  const falls = shares.findIndex((share, index) => share <= (shares[index - 1] ?? 0));
  if (falls !== -1 || shares.at(-1) !== 100)
    refuse(reading, falls === -1 ? ['waves', 'shares'] : ['waves', 'shares', falls], {
      expected: 'percentages that rise, the last of them 100',
      fix: 'Write such as [10, 50, 100]: each says how much has begun by the end of its wave.',
    });
  const seconds = (key: 'wait' | 'patience'): number =>
    secondsAt(reading, { path: ['waves', key], value: waves[key] });
  return {
    canary: readCanary(reading, waves.canary, orders),
    ...{ shares, concurrency, stopOnFailure },
    ...{ wait: seconds('wait'), patience: seconds('patience') },
  };
}

function readCanary(
  reading: Reading,
  written: readonly string[],
  orders: readonly Order[],
): readonly Name[] {
  const domains = orders.map(({ domain }) => domain);
  const canary: Name[] = [];
  for (const [index, text] of written.entries()) {
    const path = ['waves', 'canary', index];
    const name = attempt(reading, { path, expected: 'a domain name' }, () => parseName(text));
    if (name === null) continue;
    if (domains.includes(name) && !canary.includes(name)) canary.push(name);
    else {
      const meant = nearest(text, domains.map(displayName));
      refuse(reading, path, {
        expected: canary.includes(name) ? 'each domain once' : 'a domain of this file',
        fix:
          meant === null || canary.includes(name)
            ? 'Name domains that have a cutover above, each once.'
            : `Did you mean ${meant}?`,
      });
    }
  }
  return canary;
}

/** The same orders, knowing that what they leave is left by others as well. */
export const sharing = <Read extends { readonly order: Order }>(
  read: readonly Read[],
): readonly Read[] =>
  read.length < 2
    ? read
    : read.map(one => {
        const { policy } = one.order;
        const retire = { ...policy.retire, shared: true as const };
        return { ...one, order: { ...one.order, policy: { ...policy, retire } } };
      });
