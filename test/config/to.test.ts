import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/cutover/build.ts';
import { type Order } from '../../src/cutover/order.ts';
import { parseName } from '../../src/dns/name.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { capabilities } from '../checks/example.ts';
import { around, load } from './load.ts';
import { refused } from './refused.ts';

const to = (keys: string, more = ''): string =>
  around(`domain: example.org\nprovider: onprem\nto: { ${keys} }${more === '' ? '' : `\n${more}`}`);

const orderOf = async (keys: string, more = ''): Promise<Order> =>
  (await load(to(keys, more))).orders[0]!;

const host = 'mailExchange: example-org.mail.protection.outlook.com';
const key = `v=DKIM1; k=rsa; p=${Buffer.alloc(294).toString('base64')}`;

describe('a preset in place of records', () => {
  it('becomes the MX, the SPF mechanism and the DKIM records', async () => {
    const order = await orderOf(
      `preset: microsoft365, ${host}, dkim: { selector1: selector1-example-org._domainkey.contoso.onmicrosoft.com, s2: '${key}' }`,
    );
    expect(order.steps).toMatchObject([
      {
        name: 'swap',
        edits: [
          {
            name: 'example.org.',
            type: 'MX',
            want: { is: 'set', rdata: ['0 example-org.mail.protection.outlook.com.'] },
          },
        ],
      },
    ]);
    expect(order.prepare).toMatchObject([
      {
        name: 'example.org.',
        type: 'TXT',
        want: { is: 'spf', mechanism: 'include:spf.protection.outlook.com' },
      },
      { name: 'selector1._domainkey.example.org.', type: 'CNAME' },
      { name: 's2._domainkey.example.org.', type: 'TXT' },
    ]);
    expect(order.steps[0]?.edits[0]?.where).toMatch(/:6:9$/);
  });

  it('leaves autodiscover and SPF alone, or moves them, as it is told', async () => {
    const moved = await orderOf(`preset: microsoft365, ${host}, autodiscover: swap, spf: leave`);
    expect(moved.steps[0]?.edits.map(({ type }) => type)).toEqual(['MX', 'CNAME']);
    expect(moved.prepare).toEqual([]);
    const own = await orderOf(`preset: google-workspace, spf: 'include:relay.example.net'`);
    expect(own.prepare).toMatchObject([{ want: { mechanism: 'include:relay.example.net' } }]);
    const derived = await orderOf('preset: fastmail');
    expect(derived.prepare.map(({ name }) => name)).toEqual([
      'example.org.',
      ...[1, 2, 3].map(number => `fm${number}._domainkey.example.org.`),
    ]);
  });

  it('says where the DKIM records are shown that it cannot derive', async () => {
    const { warnings } = await load(to('preset: google-workspace'));
    expect(warnings[0]?.fix).toContain('Authenticate email');
    expect((await load(to('preset: fastmail'))).warnings).toEqual([]);
  });

  it('stands beside prepare, whose records go first', async () => {
    const order = await orderOf(
      'preset: fastmail',
      `prepare: [{ name: '@', type: TXT, remove: ['v=spf1 mx -all'], add: ['v=spf1 a -all'] }]`,
    );
    const plan = planOf(order, ['"v=spf1 mx -all"']);
    const spf = plan.tracks.find(({ type }) => type === 'TXT');
    expect(spf?.positions[1]?.rdata).toEqual(['"v=spf1 a include:spf.messagingengine.com -all"']);
  });

  refused([
    ['an unknown preset', to('preset: microsft365'), '6:19', 'Did you mean microsoft365?'],
    ['one that is only left', to('preset: cloudflare-routing'), '6:19', 'moves away from'],
    [
      'no host of Microsoft',
      to('preset: microsoft365'),
      '6:9',
      'to without mailExchange',
      'graph.microsoft.com',
    ],
    [
      'a host of the other preset',
      to('preset: microsoft365, mailExchange: example-org.o-v1.mx.microsoft'),
      '6:47',
      'write preset: microsoft365-mx-microsoft',
    ],
    [
      'a host of nobody',
      to('preset: microsoft365, mailExchange: mail.example.org'),
      '6:47',
      'serviceConfigurationRecords',
    ],
    ['a region that is none', to('preset: mimecast, region: mars'), '6:37', 'eu, us, usb'],
    ['a key of another preset', to('preset: fastmail, region: eu'), '6:37', 'does not need'],
    ['no include for Zoho', to('preset: zoho, region: eu'), '6:9', 'Email Configuration > SPF'],
    [
      'a foreign include for Zoho',
      to('preset: zoho, region: eu, spf: "include:a.example"'),
      '6:42',
      'zohomail',
    ],
    ['all of SPF', to("preset: fastmail, spf: 'v=spf1 a -all'"), '6:34', 'one mechanism'],
    [
      'an SPF that lets everybody send',
      to("preset: fastmail, spf: '+all'"),
      '6:34',
      'one mechanism',
    ],
    [
      'an odd selector',
      to("preset: fastmail, dkim: { 's._domainkey': 'a.example' }"),
      '6:53',
      'in front of ._domainkey',
    ],
    ['a broken key', to("preset: fastmail, dkim: { s1: 'v=DKIM1; p=%%%' }"), '6:41', 'not base64'],
    [
      'autodiscover of nobody',
      to('preset: fastmail, autodiscover: swap'),
      '6:43',
      'no such records',
    ],
    ['an unknown key', to('preset: fastmail, host: x.example'), '6:29', 'the unknown key'],
    [
      'records as well',
      to('preset: fastmail', "records: [{ name: '@', type: MX, set: ['0 a.example'] }]"),
      '6:9',
      'to together with records',
    ],
  ]);
});

const domain = parseName('example.org');

function planOf(order: Order, txt: readonly string[] | null) {
  const mx = rrset({ name: domain, type: 'MX', ttl: 3600, rdata: ['10 mx.old.example.'] });
  const now: RRset | null =
    txt === null ? null : rrset({ name: domain, type: 'TXT', ttl: 7200, rdata: txt });
  return makePlan({
    ...{ order, zone: domain, capabilities, primaries: ['ns1.example.net.'] },
    current: { 'example.org. MX': mx, 'example.org. TXT': now },
  });
}

describe('the SPF mechanism in a plan', () => {
  it('joins the record that is there, which keeps its TTL and its neighbours', async () => {
    const order = await orderOf('preset: google-workspace');
    const plan = planOf(order, ['"v=spf1 mx -all"', '"other"']);
    const spf = plan.tracks.find(({ type }) => type === 'TXT');
    expect(spf?.positions.slice(1)).toEqual(
      spf?.positions.slice(1).map(() => ({
        ...{ name: domain, type: 'TXT', ttl: 7200 },
        rdata: ['"other"', '"v=spf1 mx include:_spf.google.com -all"'],
      })),
    );
    expect(planOf(order, ['"v=spf1 mx -all"', '"other"']).hash).toBe(plan.hash);
    const there = ['"v=spf1 include:_spf.google.com ~all"'];
    const still = planOf(order, there).tracks.find(({ type }) => type === 'TXT');
    expect(still?.positions.every(value => value?.rdata[0] === there[0])).toBe(true);
  });

  it('makes a neutral record where there is none, and refuses two', async () => {
    const order = await orderOf('preset: google-workspace');
    const made = planOf(order, null).tracks.find(({ type }) => type === 'TXT');
    expect(made?.positions[0]).toBeNull();
    expect(made?.positions.at(-1)).toMatchObject({
      rdata: ['"v=spf1 include:_spf.google.com ?all"'],
    });
    expect(() => planOf(order, ['"v=spf1 mx"', '"v=spf1 a"'])).toThrow(
      expect.toSatisfy((error: unknown) => isFault(error, 'CONFIG') && error.where !== undefined),
    );
  });
});
