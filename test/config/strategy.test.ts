import { describe, expect, it } from 'vitest';
import { around, cutover, load } from './load.ts';
import { refused } from './refused.ts';

const steps = `domain: example.org
provider: onprem
steps:
  - { name: join, records: [{ name: '@', type: MX, set: ['10 mx.old.example', '20 mx.new.example'] }] }
  - { name: leave, records: [{ name: '@', type: MX, set: ['0 mx.new.example'] }] }`;

const together = (keys: string): string => cutover(`coexistence: { ${keys} }`);
const both = 'recipientOnOld: ada@example.org, recipientOnNew: bob@example.org';

describe('staged preferences', () => {
  refused([
    [
      'without a word about the mailboxes',
      around(`${steps}\nstrategy: staged`),
      '9:15',
      'strategy: staged',
      'sameBackend: true if both ends reach the same mailboxes',
    ],
    [
      'of two mail systems',
      around(`${steps}\nsameBackend: false\nstrategy: staged`),
      '10:15',
      'sameBackend',
    ],
    ['in one step', cutover('strategy: staged\nsameBackend: true'), '7:15', 'several steps'],
    ['declared and not used', cutover('sameBackend: true'), '7:18', 'without strategy: staged'],
    ['another word', cutover('strategy: canary'), '7:15', 'direct or staged'],
  ]);

  it('are taken where both ends reach the same mailboxes', async () => {
    const { orders } = await load(around(`${steps}\nstrategy: staged\nsameBackend: true`));
    expect(orders[0]?.policy.strategy).toBe('staged');
    const plain = await load(around(steps));
    expect(plain.orders[0]?.policy).not.toHaveProperty('strategy');
  });
});

describe('coexistence', () => {
  refused([
    ['without an authoritative side', together(both), '7:18', 'authoritative'],
    ['with a third side', together(`authoritative: both, ${both}`), '7:35', 'old or new'],
    [
      'of people elsewhere',
      together(
        'authoritative: old, recipientOnOld: ada@example.net, recipientOnNew: bob@example.org',
      ),
      '7:56',
      'an address at example.org',
    ],
    [
      'of one person',
      together(
        'authoritative: old, recipientOnOld: Ada@example.org, recipientOnNew: ada@example.org',
      ),
      '7:89',
      'on the new host already',
    ],
  ]);

  it('has both hosts asked for people on either side, before and after the swap', async () => {
    const { orders } = await load(
      cutover(
        `coexistence: { authoritative: new, ${both} }\nchecks: { smtp: { recipients: [ada@example.org] } }`,
      ),
    );
    const { coexistence, mail } = orders[0]!.policy;
    expect(coexistence).toEqual({
      authoritative: 'new',
      recipientOnOld: 'ada@example.org',
      recipientOnNew: 'bob@example.org',
    });
    expect(mail?.recipients).toEqual(['ada@example.org', 'bob@example.org']);
  });
});
