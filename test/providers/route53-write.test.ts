import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Name, parseName } from '../../src/dns/name.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { type Provider } from '../../src/provider.ts';
import { faultOf, fresh, never } from './backend.ts';
import { openRoute53, rememberLogin } from './doubles/route53-open.ts';
import { type Route53Double, route53Double } from './doubles/route53.ts';

const apex = parseName('example.org');
const at = (label: string): Name => parseName(`${label}.example.org`);
const mx = (ttl: number, ...rdata: readonly string[]): RRset =>
  rrset({ name: apex, type: 'MX', ttl, rdata });
const old = mx(3600, '10 mx1.example.net.', '20 mx2.example.net.');
const lowered = mx(60, '10 mx1.example.net.', '20 mx2.example.net.');
const next = mx(60, '0 new.example.net.');
const txt = rrset({ name: apex, type: 'TXT', ttl: 300, rdata: ['"v=spf1 -all"'] });

let double: Route53Double;
let provider: Provider;
const logBackIn = rememberLogin();

beforeEach(async () => {
  const sets = [old, txt];
  double = await route53Double({ zones: [{ apex, sets }], mischief: { rate: 0 } });
  provider = await openRoute53(double);
});
afterEach(async () => {
  logBackIn();
  await double.stop();
});

const posts = () => double.log.filter(({ request }) => request.method === 'POST');
const read = (key = old) => provider.read(key, never());
const swap = async (to: RRset = next) =>
  provider.write([{ from: await read(to), to: fresh(to) }], never());

describe('what goes over the wire', () => {
  it('is one batch of DELETE and CREATE, letter by letter', async () => {
    double.put(apex, { name: apex, type: 'MX', ttl: 3600, values: ['10 MX1.example.net'] });
    const spf = rrset({ ...txt, rdata: ['"v=spf1 \\"q\\" -all"'] });
    await provider.write(
      [
        { from: await read(), to: fresh(next) },
        { from: await provider.read(txt, never()), to: fresh(spf) },
      ],
      never(),
    );
    expect(posts()).toHaveLength(1);
    const set = (type: string, ttl: number, value: string) =>
      `<ResourceRecordSet><Name>example.org.</Name><Type>${type}</Type><TTL>${ttl}</TTL>` +
      `<ResourceRecords><ResourceRecord><Value>${value}</Value></ResourceRecord></ResourceRecords>` +
      '</ResourceRecordSet>';
    expect(posts()[0]?.request.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>' +
        '<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/">' +
        '<ChangeBatch><Changes>' +
        `<Change><Action>DELETE</Action>${set('MX', 3600, '10 MX1.example.net')}</Change>` +
        `<Change><Action>DELETE</Action>${set('TXT', 300, '&quot;v=spf1 -all&quot;')}</Change>` +
        `<Change><Action>CREATE</Action>${set('MX', 60, '0 new.example.net.')}</Change>` +
        `<Change><Action>CREATE</Action>${set('TXT', 300, '&quot;v=spf1 \\&quot;q\\&quot; -all&quot;')}</Change>` +
        '</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>',
    );
  });

  it('is never UPSERT, and nothing where nothing changes', async () => {
    const there = await read();
    await provider.writable([{ from: there, to: fresh(next) }], never());
    await swap();
    const now = await read();
    const receipt = await provider.write([{ from: now, to: fresh(next) }], never());
    expect(await provider.synced(receipt, never())).toBe(true);
    expect(posts()).toHaveLength(2);
    for (const { request } of double.log) expect(request.body).not.toContain('UPSERT');
  });

  it('finds out what to delete where the read is long ago', async () => {
    double.put(apex, { name: apex, type: 'MX', ttl: 60, values: ['0 NEW.example.net'] });
    await provider.write([{ from: fresh(next), to: fresh(old) }], never());
    expect((await read())?.rrset).toEqual(old);
  });
});

describe('compare-and-swap', () => {
  it('sees an edit between look and write, and leaves it alone', async () => {
    const from = await read();
    for (const form of ['bracket', 'messages', 'root'] as const) {
      double.form(form);
      const foreign = mx(3600, `10 ${form}.example.net.`);
      double.aim(() => {
        double.edit(apex, old, foreign);
      });
      const fault = await faultOf(provider.write([{ from, to: fresh(next) }], never()));
      expect(fault.code).toBe('CONFLICT');
      expect(fault.message).toContain(`${form}.example.net.`);
      expect((await read())?.rrset).toEqual(foreign);
      double.edit(apex, old, old);
    }
  });

  it('takes the same records in another spelling for what they are', async () => {
    const from = await read();
    const values = ['20 MX2.example.net', '10 MX1.example.net'];
    double.put(apex, { name: apex, type: 'MX', ttl: 3600, values });
    for (const form of ['bracket', 'root'] as const) double.form(form);
    await provider.write([{ from, to: fresh(next) }], never());
    expect((await read())?.rrset).toEqual(next);
    expect(posts()).toHaveLength(2);
  });

  it('tells what Route 53 itself refuses, in each form of the error', async () => {
    double.put(apex, { name: at('www'), type: 'CNAME', ttl: 60, values: ['a.example.net.'] });
    const beside = rrset({ ...next, name: at('www') });
    for (const form of ['bracket', 'messages', 'root'] as const) {
      double.form(form);
      for (const act of ['write', 'writable'] as const) {
        const fault = await faultOf(provider[act]([{ from: null, to: fresh(beside) }], never()));
        expect([form, fault.code]).toEqual([form, 'UNSUPPORTED']);
        expect(fault.message).toContain('conflicting RRSet of type CNAME');
        expect(fault.fix).toBeTruthy();
      }
    }
  });

  it('names a protected set and the comment of its protection', async () => {
    double.protect(apex, old, 'ask the mail team');
    for (const form of ['bracket', 'messages', 'root'] as const) {
      double.form(form);
      const from = await read();
      for (const act of ['write', 'writable'] as const) {
        const fault = await faultOf(provider[act]([{ from, to: fresh(next) }], never()));
        expect(fault.code).toBe('UNSUPPORTED');
        expect(fault.message).toMatch(/protected.*name='example\.org\.'.*ask the mail team/);
        expect(fault.fix).toContain('delete-resource-record-set-protections');
      }
    }
    const hosting = await provider.hosting?.(apex, [old, txt], never());
    expect(hosting?.remarks).toMatchObject([{ severity: 'blocker', subject: 'example.org. MX' }]);
    expect(hosting?.remarks[0]?.summary).toContain('ask the mail team');
  });
});

describe('reading', () => {
  it('refuses a set with a routing policy, and does not read past it', async () => {
    double.edit(apex, old, null);
    for (const identifier of ['blue', 'green'])
      double.put(apex, {
        ...{ name: apex, type: 'MX', ttl: 60, identifier, values: ['0 a.example.net.'] },
        special: { Weight: 1 },
      });
    const fault = await faultOf(provider.read(old, never()));
    expect([fault.code, fault.message]).toEqual([
      'UNSUPPORTED',
      expect.stringMatching(/example\.org\. MX has the routing policy weighted \(blue\)/),
    ]);
    expect([fault.where, fault.fix]).toEqual([
      'provider aws',
      expect.stringContaining('simple routing'),
    ]);
    const write = provider.write([{ from: fresh(old), to: fresh(next) }], never());
    expect((await faultOf(write)).code).toBe('UNSUPPORTED');
    expect(posts()).toHaveLength(0);
  });

  it('is not fooled by what the listing seeks', async () => {
    double.edit(apex, old, null);
    expect(await read()).toBeNull();
    expect(await provider.read({ name: at('zzz'), type: 'MX' }, never())).toBeNull();
    const wildcard = rrset({ ...next, name: at('*') });
    double.edit(apex, wildcard, wildcard);
    expect((await provider.read(wildcard, never()))?.rrset).toEqual(wildcard);
    expect(await provider.read({ name: at('other'), type: 'MX' }, never())).toBeNull();
  });

  it('writes and reads wildcards, escaped names and names of other scripts', async () => {
    for (const label of ['*', 'a\\032b', 'a\\.b', 'b\\252cher', 'bücher', '_dmarc', 'UPPER']) {
      const set = rrset({ ...next, name: at(label) });
      await swap(set);
      expect((await provider.read(set, never()))?.rrset).toEqual(set);
      await provider.write([{ from: await provider.read(set, never()), to: null }], never());
    }
  });

  it('takes one request in a zone of 5,000 record sets', async () => {
    for (let index = 0; index < 5000; index++)
      double.put(apex, { name: at(`host${index}`), type: 'A', ttl: 60, values: ['192.0.2.1'] });
    await provider.zone(apex, never());
    const asked = double.log.length;
    expect((await read())?.rrset).toEqual(old);
    expect(double.log.length - asked).toBe(1);
    await swap();
    expect(double.published(apex)).toContainEqual(next);
  });
});

describe('trouble', () => {
  it('loses an answer after the effect without writing twice', async () => {
    for (const [trouble, to] of [
      ['reset after', lowered],
      ['server error after', next],
      ['malformed', old],
    ] as const) {
      const from = await read();
      const sent = posts().length;
      double.mischief.next([trouble], 'write');
      const fault = await faultOf(provider.write([{ from, to: fresh(to) }], never()));
      expect([trouble, fault.code]).toEqual([trouble, 'UNAVAILABLE']);
      expect(posts().length - sent).toBe(1);
      expect((await read())?.rrset).toEqual(to);
    }
  });

  it('outlasts a storm of throttling, and gives up in the end', async () => {
    const from = await read();
    double.mischief.next(['throttled', 'throttled with retry-after', 'throttled'], 'write');
    await provider.write([{ from, to: fresh(lowered) }], never());
    expect((await read())?.rrset).toEqual(lowered);
    const now = await read();
    double.mischief.always('throttled');
    const fault = await faultOf(provider.write([{ from: now, to: fresh(next) }], never()));
    expect(fault.code).toBe('RATE_LIMITED');
    expect(fault.retryAfterMs).toBeGreaterThan(0);
    expect(fault.message).toMatch(/Throttling|PriorRequestNotComplete/);
    double.mischief.always(null);
    expect((await read())?.rrset).toEqual(lowered);
  });

  it('says so when rights are lost on the way', async () => {
    const from = await read();
    const moves = [{ from, to: fresh(next) }];
    expect(await provider.writable(moves, never())).toBe('yes');
    double.rights('read only');
    expect((await faultOf(provider.write(moves, never()))).code).toBe('UNAUTHORIZED');
    // What was true a moment ago is asked anew after a refusal.
    expect((await faultOf(provider.writable(moves, never()))).code).toBe('UNAUTHORIZED');
    double.rights('none');
    const fault = await faultOf(read());
    expect(fault.code).toBe('UNAUTHORIZED');
    expect(fault.message).toContain('route53:ListResourceRecordSets');
    double.rights('full');
    await provider.write(moves, never());
    expect((await read())?.rrset).toEqual(next);
  });

  it('asks for rights without an effect, once a minute', async () => {
    const moves = [
      { from: await read(), to: fresh(next) },
      { from: null, to: fresh(rrset({ ...txt, name: at('_dns-cutover') })) },
    ];
    const published = double.published(apex);
    for (let asked = 0; asked < 3; asked++)
      expect(await provider.writable(moves, never())).toBe('yes');
    expect(posts()).toHaveLength(1);
    expect([double.writes(apex), double.published(apex)]).toEqual([0, published]);
    // A write that took effect says nothing against the rights.
    await provider.write([{ from: null, to: fresh(rrset({ ...txt, name: at('b') })) }], never());
    expect(await provider.writable(moves, never())).toBe('yes');
    expect(posts()).toHaveLength(2);
    double.edit(apex, old, lowered);
    await provider.writable([{ from: fresh(old), to: null }], never()).catch(() => undefined);
    expect(double.published(apex)).toContainEqual(lowered);
  });

  it('is PENDING for as long as the name servers trail the API', async () => {
    const trailing = await route53Double({
      zones: [{ apex, sets: [old] }],
      mischief: { rate: 0 },
      lagMs: 30,
    });
    try {
      const there = await openRoute53(trailing);
      const from = await there.read(old, never());
      const served = new Promise<void>(resolve =>
        trailing.subscribe(() => {
          resolve();
        }),
      );
      const receipt = await there.write([{ from, to: fresh(next) }], never());
      expect((await there.read(old, never()))?.rrset).toEqual(next);
      await served;
      expect(trailing.published(apex)).toEqual([next]);
      expect(await there.synced(receipt, never())).toBe(true);
    } finally {
      await trailing.stop();
    }
  });

  it('says that all servers have it when Route 53 does', async () => {
    double.pending(2);
    const receipt = await swap();
    const answers = [];
    for (let asked = 0; asked < 3; asked++) answers.push(await provider.synced(receipt, never()));
    expect(answers).toEqual([false, false, true]);
    const other = { id: '/change/CNOBODY', data: { change: '/change/CNOBODY' } };
    expect((await faultOf(provider.synced(other, never()))).code).toBe('NOT_FOUND');
  });
});
