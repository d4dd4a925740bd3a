import { pivotsOf } from '../../cutover/strategy.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName } from '../../dns/name.ts';
import { type Risk } from './risks.ts';

/** What a plan risks that does more than one direct swap, or that does not stand alone. */
export function strategyRisks(plan: Plan): readonly Risk[] {
  const { strategy, coexistence, retire } = plan.policy;
  const pivots = pivotsOf(plan).map(({ step, hosts }) => ({
    id: 'pivot-through-gateway',
    what: `${plan.steps[step] ?? ''} sends all mail through ${hosts.map(displayName).join(', ')}: its routes, and that old and new hosts take mail from it, are for a person to set and to attest. A host that takes mail from its gateway alone cannot be tested from here.`,
  }));
  return [
    ...(strategy === 'staged'
      ? [
          {
            id: 'staged-preferences',
            what: `both sides get mail from ${plan.steps[0] ?? 'the first step'} on, and each step spreads anew: it is right only because both reach the same mailboxes (sameBackend).`,
          },
        ]
      : []),
    ...pivots,
    ...(coexistence === undefined
      ? []
      : [
          {
            id: 'coexistence',
            what: `both sides serve the domain; the ${coexistence.authoritative} one alone refuses recipients that nobody has. Make the side that stays authoritative when the last mailbox has moved.`,
          },
        ]),
    ...(retire.shared === true
      ? [
          {
            id: 'old-host-shared',
            what: 'other domains of the waves use the same old host: it is to be closed after the last of them, and retiring waits for that.',
          },
        ]
      : []),
  ];
}
