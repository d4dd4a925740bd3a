import { describe, expect, it } from 'vitest';
import { type MailInput } from '../../../src/checks/input.ts';
import { inventoryFindings } from '../../../src/checks/hosts/inventory.ts';
import { type Plan } from '../../../src/cutover/plan.ts';
import { parseName } from '../../../src/dns/name.ts';
import { Fault } from '../../../src/errors.ts';
import { type Provider } from '../../../src/provider.ts';
import { line } from '../../support/world.ts';
import { known, mail, mailInput, mailPlan } from '../mail-example.ts';

const plan = mailPlan(['0 mx.new.example.']);

interface Situation {
  readonly provider?: Partial<Provider>;
  readonly lines?: readonly string[];
  readonly of?: Plan;
}

async function said(id: string, { provider, lines = [], of = plan }: Situation) {
  const base = mailInput(of, { inquire: known(...lines) });
  // Nothing can be listed unless a test says so.
  const can = Object.entries(base.provider).filter(([verb]) => !['mxSets', 'zones'].includes(verb));
  const mute = Object.fromEntries(can) as unknown as Provider;
  const input: MailInput = { ...base, provider: { ...mute, ...provider } };
  const found = (await inventoryFindings(input)).filter(finding => finding.id === id);
  return found.map(({ severity, status, summary }) => `${severity} ${status} ${summary}`);
}

const unavailable = async (): Promise<never> => {
  throw new Fault('UNAVAILABLE', 'no answer', { fix: 'Try again.' });
};
const mxSets = (...lines: readonly string[]) => ({ mxSets: async () => lines.map(line) });
const listed = (zones: readonly string[], whole = true) => ({
  zones: async () => ({ zones: zones.map(name => parseName(name)), whole }),
});

describe('wildcard-and-subdomain-mx', () => {
  const id = 'wildcard-and-subdomain-mx';
  const own = 'example.org MX 60 10 mx.old.example.';

  it('passes with the list of what stays', async () => {
    const sets = mxSets(own, 'lists.example.org MX 60 10 lists.example.net.');
    expect(await said(id, { provider: sets })).toEqual([
      'info pass 1 other name of example.org with an MX, left as it is: lists.example.org (10 lists.example.net.).',
    ]);
    expect(await said(id, { provider: mxSets(own) })).toEqual([
      'info pass No other name of example.org has an MX.',
    ]);
  });

  it('warns of names that still name the old host, a wildcard among them', async () => {
    const sets = mxSets(own, '*.example.org MX 60 10 mx.old.example.');
    expect(await said(id, { provider: sets })).toEqual([
      'warning warn 1 other name of example.org still names the old host: *.example.org (10 mx.old.example.).',
    ]);
  });

  it('asks for the usual names where the zone cannot be listed', async () => {
    expect(await said(id, {})).toEqual([
      'info skipped onprem cannot list example.org; the usual names have no MX of their own.',
    ]);
    const lines = ['bounces.example.org MX 60 10 mx.old.example.'];
    expect((await said(id, { lines }))[0]).toContain('warning warn 1 other name');
  });

  it('cannot tell when the provider is not heard', async () => {
    expect((await said(id, { provider: { mxSets: unavailable } }))[0]).toContain(
      'warning could-not-test',
    );
  });
});

describe('other-domains-on-old-host', () => {
  const id = 'other-domains-on-old-host';
  const provider = listed(['example.org', 'shop.example', 'other.example']);
  const fine = ['shop.example MX 60 10 mx.new.example.', 'other.example A 60 198.41.0.4'];

  it('passes when no other domain names the old host', async () => {
    expect((await said(id, { provider, lines: fine }))[0]).toContain('warning pass');
  });

  it('warns of one that does, and only tells of it when it moves in the same waves', async () => {
    const lines = ['shop.example MX 60 10 mx.old.example.'];
    expect((await said(id, { provider, lines }))[0]).toContain(
      'warning warn shop.example also uses mx.old.example; closing it affects it.',
    );
    const retire = { ...plan.policy.retire, shared: true as const };
    const waves = { ...plan, policy: { ...plan.policy, retire } };
    expect((await said(id, { provider, lines, of: waves }))[0]).toContain('info warn');
  });

  it('cannot tell when one does not answer, or there are more than were listed', async () => {
    const lines = ['shop.example MX !'];
    expect((await said(id, { provider, lines }))[0]).toContain('warning could-not-test');
    const many = listed(['other.example'], false);
    expect((await said(id, { provider: many, lines: fine }))[0]).toContain('could-not-test');
    expect((await said(id, { provider: { zones: unavailable } }))[0]).toContain('could-not-test');
  });

  it('is skipped where the provider does not tell', async () => {
    expect((await said(id, {}))[0]).toContain('warning skipped');
  });
});

it('says nothing where nobody is asked', async () => {
  const off = { ...plan, policy: { ...plan.policy, mail: { ...mail, ask: false } } };
  expect(await inventoryFindings(mailInput(off))).toEqual([]);
});
