import { type Policy } from '../../src/cutover/order.ts';
import { parseName } from '../../src/dns/name.ts';
import { lookOf, type OldAddress } from '../../src/mail/closed.ts';
import { type AddressSeen, type ProbeRound, type Reception } from '../../src/mail/probe.ts';
import { swept, type Story } from './view-fixture.ts';
import { minute, planOf } from './view-plan.ts';

export const mailPolicy: Policy['mail'] = {
  ...{ ask: true, recipients: ['anna@example.org'], port: 25, allowPrivate: false },
  ...{ every: 60, witnesses: [] },
};
export const mailPlan = (own: Partial<Policy> = {}) =>
  planOf({ policy: { mail: mailPolicy, ...own } });

export const seen = (
  host: string,
  role: 'new' | 'old',
  [reception, said]: readonly [Reception, string],
): AddressSeen => ({
  ...{ host: parseName(host), address: '192.0.2.80', role, reception, said, tls: 'good' },
  recipients: [{ address: 'anna@example.org', reception }],
});

export function probedBy(story: Story, answers: readonly AddressSeen[], vantage = 'ops1'): Story {
  const round: ProbeRound = {
    ...{ vantage, at: story.now.wall, seen: answers, unresolved: [] },
    ...{ egress: 'open', sts: 'none' },
  };
  return story.tell({ type: 'probed', round });
}

export const well = [
  seen('mx.new.example', 'new', ['accepts', '250 2.1.5 Ok']),
  seen('mail.example.org', 'old', ['accepts', '250 2.1.5 Ok']),
  seen('mail2.example.org', 'old', ['accepts', '250 2.1.5 Ok']),
];
export const lost = [
  seen('mx.new.example', 'new', ['not-provisioned', '550 5.7.64 TenantAttribution']),
  ...well.slice(1),
];

/** The new host does not listen, and this place shows that it can judge: a stranger answers. */
export const deaf = [
  seen('mx.new.example', 'new', ['closed', 'the connection was refused']),
  ...well.slice(1),
  { ...seen('witness.example', 'old', ['accepts', '250 2.1.5 Ok']), role: 'witness' as const },
];

export const at = (holds: boolean | null, why: OldAddress['why'], said = ''): OldAddress => ({
  ...{ host: parseName('mail.example.org'), address: '192.0.2.25', role: 'old', holds, why, said },
  recipient: why === 'accepts' ? 'anna@example.org' : null,
});

export const oldHost = (story: Story, one: OldAddress): Story =>
  story.tell({
    type: 'old-host',
    look: lookOf({ goal: 'refuses', addresses: [one], unresolved: [] }),
  });

/** The last sweep is confirmed, the TTL restored, and three days are over. */
export const retiring = (own: Partial<Policy> = {}): Story =>
  swept(mailPlan(own))
    .tell({ type: 'confirm', what: 'mail-swept', reason: null })
    .wait(24 * 60 * minute)
    .tell({ type: 'woke' })
    .settle()
    .wait(1000)
    .observe()
    .wait(49 * 60 * minute)
    .tell({ type: 'woke' });
