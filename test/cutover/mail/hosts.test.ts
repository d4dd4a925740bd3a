import { expect, it } from 'vitest';
import { mailRecipients, movedOwners, watchedOwner } from '../../../src/cutover/mail/hosts.ts';
import { probeEffects } from '../../../src/cutover/mail/course.ts';
import { askingOf } from '../../../src/cutover/mail/retire.ts';
import { type Plan } from '../../../src/cutover/plan.ts';
import { displayName } from '../../../src/dns/name.ts';
import { swapped } from '../../support/view-fixture.ts';
import { newMx, planOf, policy, set } from '../orders.ts';

const mail = {
  ...{ ask: true, recipients: ['anna@example.org', 'kim@lists.example.org'], port: 25 },
  ...{ allowPrivate: false, every: 60, witnesses: [] },
};

/** A plan in which the MX of these names moves. */
const moving = (...names: readonly string[]): Plan =>
  planOf(
    {
      ...{ prepare: [], afterwards: [] },
      steps: [{ name: 'swap', edits: names.map(name => set(name, 'MX', newMx)) }],
    },
    { policy: { ...policy, attest: ['mailboxes are there'], mail } },
  );

const addresses = (list: readonly { readonly address: string }[] = []): readonly string[] =>
  list.map(({ address }) => address);

it('a wildcard that moves with others is no name whose mail a host could be asked about', () => {
  const plan = moving('example.org', '*.example.org');
  expect(movedOwners(plan).map(displayName)).toEqual(['example.org']);
  expect(addresses(askingOf(plan)?.recipients)).not.toContain('postmaster@*.example.org');
});

it('where several move the domain is watched after the swap, and those who live elsewhere are not asked for', () => {
  const plan = moving('lists.example.org', 'example.org');
  expect(addresses(mailRecipients(plan, [watchedOwner(plan)]))).toEqual([
    'postmaster@example.org',
    'anna@example.org',
  ]);
});

it('where the domain stays the name that moves is watched: its new host need not know the domain', () => {
  const { cutover } = swapped(moving('lists.example.org'));
  const [probe] = probeEffects(cutover);
  const recipients = probe?.do === 'probe' ? probe.recipients : [];
  expect(addresses(recipients)[0]).toBe('postmaster@lists.example.org');
});
