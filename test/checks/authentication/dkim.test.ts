import { describe, expect, it } from 'vitest';
import { edit, found, type Situation, told } from '../authentication.ts';
import { policy } from '../example.ts';
import { mail } from '../mail-example.ts';

const key = `v=DKIM1; k=rsa; p=${Buffer.alloc(162).toString('base64')}`;
const other = `v=DKIM1; k=rsa; p=${Buffer.alloc(294).toString('base64')}`;
const at = (selector: string, text = key): string =>
  `${selector}._domainkey.example.org TXT 3600 ${text}`;
const selectors = (named: { old?: readonly string[]; new?: readonly string[] }) => ({
  policy: { ...policy, mail: { ...mail, dkim: { old: named.old ?? [], new: named.new ?? [] } } },
});
const remove = (selector: string) => ({
  ...edit(`${selector}._domainkey.example.org TXT x`),
  want: { is: 'absent' as const },
});

describe('dkim-new-selectors', () => {
  const check = async (situation: Situation) => found('dkim-new-selectors', situation);

  it('passes when the key is there, or in the plan', async () => {
    const named = { order: selectors({ new: ['s1'] }) };
    expect(await check({ ...named, world: [at('s1')] })).toMatchObject([{ status: 'pass' }]);
    const planned = { prepare: [edit(`s2._domainkey.example.org TXT ${key}`)] };
    const [plan] = await check({ order: planned });
    expect(plan).toMatchObject({ status: 'pass', severity: 'warning' });
    expect(plan?.summary).toContain('s2._domainkey.example.org is in the plan');
  });

  it('follows aliases, also those of the plan', async () => {
    const prepare = [edit('s1._domainkey.example.org CNAME s1.dkim.new.example')];
    const there = [`s1.dkim.new.example TXT 300 ${key}`];
    expect(await check({ order: { prepare }, world: there })).toMatchObject([{ status: 'pass' }]);
    const missing = await check({ order: { prepare } });
    expect(told(missing)).toEqual([
      'warn s1._domainkey.example.org: s1._domainkey.example.org leads to s1.dkim.new.example, where there is no key.',
    ]);
  });

  it('takes the usual selectors of the new provider for a guess', async () => {
    const to = ['0 example-org.mail.protection.outlook.com.'];
    const none = await check({ to });
    expect(none).toMatchObject([{ status: 'warn', subject: 'example.org' }]);
    expect(none[0]?.summary).toContain('selector1._domainkey.example.org, selector2');
    expect(none[0]?.remedy).toContain('Get-DkimSigningConfig');
    expect(await check({ to, world: [at('selector1')] })).toMatchObject([{ status: 'pass' }]);
    // A wildcard answers for every name, and with no key.
    const wildcard = ['selector1', 'selector2'].map(selector => at(selector, 'v=spf1 -all'));
    expect(await check({ to, world: wildcard })).toMatchObject([{ subject: 'example.org' }]);
  });

  it.each([
    ['v=DKIM1; p=', 'revoked'],
    ['v=DKIM1; p=%%%', 'not base64'],
    ['hello', 'it holds no key'],
    ['v=DKIM1; hello', 'no list of tags'],
  ])('warns of what verifiers would not take: %s', async (text, why) => {
    const [bad] = await check({ order: selectors({ new: ['s1'] }), world: [at('s1', text)] });
    expect(bad).toMatchObject({ status: 'warn', subject: 's1._domainkey.example.org' });
    expect(bad?.summary).toContain(why);
  });

  it('warns of what is missing, and says what could not be asked for', async () => {
    const order = selectors({ new: ['s1', 's2'] });
    const world = ['s2._domainkey.example.org TXT !'];
    expect(await check({ order, world })).toMatchObject([
      { status: 'warn', subject: 's1._domainkey.example.org' },
      { status: 'could-not-test', subject: 's2._domainkey.example.org' },
    ]);
  });

  it('is skipped where nobody said anything', async () => {
    expect(await check({})).toMatchObject([{ status: 'skipped' }]);
  });
});

describe('dkim-old-kept', () => {
  const check = async (situation: Situation) => found('dkim-old-kept', situation);

  it('passes when the old keys stay', async () => {
    const order = selectors({ old: ['old1'] });
    const [kept] = await check({ order, world: [at('old1')] });
    expect(kept).toMatchObject({ status: 'pass', severity: 'warning' });
    expect(kept?.summary).toContain('keeps 1 selector of the old side: old1');
  });

  it('warns of a key that goes, or is replaced, before its time', async () => {
    const world = [at('old1')];
    const early = await check({ world, order: { prepare: [remove('old1')] } });
    expect(early).toMatchObject([{ status: 'warn', subject: 'old1._domainkey.example.org' }]);
    const replaced = { prepare: [edit(`old1._domainkey.example.org TXT ${other}`)] };
    expect(await check({ world, order: replaced })).toMatchObject([{ status: 'warn' }]);
    const soon = { afterwards: [remove('old1')], policy: { ...policy, mail, afterwards: 86_400 } };
    const [late] = await check({ world, order: soon });
    expect(late?.summary).toContain('86400 s (24 h) after the swap');
    const week = { afterwards: [remove('old1')], policy: { ...policy, mail, afterwards: 604_800 } };
    expect(await check({ world, order: week })).toMatchObject([{ status: 'pass' }]);
  });

  it('warns of a selector that both sides sign with', async () => {
    const world = ['example.org MX 300 0 other-org.mail.protection.outlook.com.', at('selector1')];
    const to = ['0 example-org.mail.protection.outlook.com.'];
    const shared = await check({ world, to });
    expect(shared).toMatchObject([{ status: 'warn', subject: 'selector1._domainkey.example.org' }]);
    expect(shared[0]?.summary).toContain('Both sides sign with the selector selector1');
  });

  it('is skipped where no old selector is known', async () => {
    expect(await check({})).toMatchObject([{ status: 'skipped' }]);
  });
});
