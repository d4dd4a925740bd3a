import { describe, expect, it } from 'vitest';
import { stsState } from '../../src/controller/sts-state.ts';
import { type Inquired } from '../../src/dns/inquiry.ts';
import { parseName } from '../../src/dns/name.ts';
import { type FetchPolicy, type PolicyFetched } from '../../src/mail/probe.ts';
import { policy } from '../checks/example.ts';
import { mail, mailPlan } from '../checks/mail-example.ts';

const domain = parseName('example.org');
const hosts = [parseName('mx.new.example')];
const never = new AbortController().signal;

const found = (...rdata: readonly string[]): Inquired => ({
  ...{ is: 'found', rdata, ttl: 300, at: domain, aliases: [], server: '192.0.2.1' },
});
const absent: Inquired = {
  ...{ is: 'absent', rcode: 'NXDOMAIN', at: domain, aliases: [], server: '192.0.2.1' },
};
const record = found('"v=STSv1; id=20261205"');
const body = (mode: string, mx: string): PolicyFetched => ({
  ...{ is: 'fetched', address: '192.0.2.80', status: 200, contentType: 'text/plain' },
  body: `version: STSv1\nmode: ${mode}\nmx: ${mx}\nmax_age: 604800\n`,
});
const failed: PolicyFetched = { is: 'failed', by: 'connect', why: 'refused' };

const plan = mailPlan(['10 mx.new.example.'], {
  policy: { ...policy, mail: { ...mail, allowPrivate: true } },
});

const stateAt = (txt: Inquired, fetchPolicy: FetchPolicy, addresses = ['192.0.2.80']) => {
  const inquire = async (name: string, type: string): Promise<Inquired> =>
    name.startsWith('_mta-sts.') ? txt : type === 'A' ? found(...addresses) : absent;
  return stsState({ plan, inquire, fetchPolicy, signal: never }, hosts);
};
const state = (txt: Inquired, fetched: PolicyFetched) => stateAt(txt, async () => fetched);

describe('the policy as it is served, after the swap', () => {
  it.each([
    ['fits', 'names the new host', record, body('enforce', 'mx.new.example')],
    ['fits', 'has one label for a star', record, body('enforce', '*.new.example')],
    ['breaks', 'names the old host only', record, body('enforce', 'mx.old.example')],
    ['breaks', 'would need two labels for a star', record, body('enforce', '*.example')],
    ['fits', 'is not enforced', record, body('testing', 'mx.old.example')],
    ['none', 'is not announced', absent, body('enforce', 'mx.old.example')],
    ['none', 'is announced in another version', found('"v=STSv2; id=1"'), failed],
    ['unknown', 'cannot be fetched', record, failed],
    ['unknown', 'is none', record, { ...body('enforce', ''), body: 'hello' } as PolicyFetched],
    ['unknown', 'cannot be looked up', { is: 'unanswered', why: 'timeout' } as const, failed],
  ])('%s where it %s', async (...[is, , txt, fetched]) => {
    expect(await state(txt, fetched)).toBe(is);
  });

  it('is none that senders would take where it comes as a web page', async () => {
    const page = { ...body('enforce', 'mx.old.example'), contentType: 'text/html' };
    expect(await state(record, page as PolicyFetched)).toBe('unknown');
  });

  it('breaks where one of several servers was forgotten', async () => {
    const serves = (mx: string) => body('enforce', mx);
    const fetched: FetchPolicy = async ({ address }) =>
      serves(address === '192.0.2.81' ? 'mx.old.example' : 'mx.new.example');
    expect(await stateAt(record, fetched, ['192.0.2.80', '192.0.2.82'])).toBe('fits');
    expect(await stateAt(record, fetched, ['192.0.2.80', '192.0.2.81'])).toBe('breaks');
  });
});
