import { type Seconds } from '../../clock.ts';
import { limits } from '../../limits.ts';
import { type Plan } from '../plan.ts';

/** One part of what a rollback takes until the world is back. */
export interface CostTerm {
  readonly seconds: Seconds;
  readonly why: string;
}

/**
 * What going back costs: a second propagation, for as long as servers lag, caches hold the new set (some raise
 * a low TTL), and deliveries are under way. Mail that the new host accepted meanwhile stays there. `ttl` is that
 * of the new set: the low one, until it is restored.
 */
export function rollbackCost(
  { policy }: Pick<Plan, 'policy'>,
  ttl: Seconds = policy.ttl.low,
): {
  readonly seconds: Seconds;
  readonly terms: readonly CostTerm[];
} {
  const { lag } = policy.ttl;
  const held = Math.max(ttl, limits.raisedTtlSeconds);
  const raised = held > ttl ? `, and some that raise a low TTL for ${String(held)} s` : '';
  const terms = [
    { seconds: lag, why: `servers may lag ${String(lag)} s behind the provider` },
    {
      seconds: held,
      why: `caches hold the new set for ${String(ttl)} s${raised}`,
    },
    {
      seconds: limits.inFlightSeconds,
      why: `deliveries under way take up to ${String(limits.inFlightSeconds)} s`,
    },
  ];
  return { seconds: terms.reduce((sum, { seconds }) => sum + seconds, 0), terms };
}

/** What no rollback heals, as ends of a sentence: it is mended where it is, while mail stays where it goes. */
export const healsNothing: readonly string[] = [
  'DNSSEC that does not validate: the old set is signed by the same signer',
  'SPF and DKIM: they judge what is sent, not what is received',
  'autodiscover: it moves with the mailboxes',
  'a single mailbox that is missing: create it at the new host',
];
