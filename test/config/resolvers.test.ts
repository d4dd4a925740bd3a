import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { whyNobody, whyNotPublic } from '../../src/dns/askable.ts';
import { readDocument } from '../../src/config/document.ts';
import { resolversSchema } from '../../src/config/resolver-schema.ts';
import { loadResolvers } from '../../src/config/resolvers.ts';
import { completed, loadValidator } from '../../src/config/validate.ts';
import { isAddress } from '../../src/dns/address.ts';
import { Fault } from '../../src/errors.ts';

const dir = mkdtempSync(join(tmpdir(), 'dns-cutover-resolvers-'));
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

function write(text: string): string {
  const file = join(dir, 'list.json');
  writeFileSync(file, text);
  return file;
}
const load = (text: string, options = {}) => loadResolvers(write(text), options);

/** The text of the fault, without the directory. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.code).toBe('CONFIG');
    expect(error.fix).toMatch(/\S/);
    return error.message.replaceAll(`${dir}/`, '');
  }
  throw new Error('nothing was refused');
}

describe('the resolvers that are shipped', () => {
  const text = readFileSync('config/resolvers.json', 'utf8');
  const { resolvers } = JSON.parse(text) as { resolvers: readonly Record<string, unknown>[] };

  it('fit the schema', async () => {
    const validator = await loadValidator();
    const part = { document: readDocument('x', text), at: ['resolvers'], schema: resolversSchema };
    expect(validator.check(part, completed(resolversSchema, resolvers))).toEqual([]);
  });

  it('are known by operator, place and source, one by one', () => {
    for (const one of resolvers) {
      const { id } = one;
      expect(one['filtering'], `${id}`).toMatch(/^(?:none|malware|family|ads)$/);
      expect(one['sources'], `${id}`).not.toHaveLength(0);
      expect(one['weightSource'], `${id}`).toMatch(/^estimate: /);
      expect(one['country'], `${id}`).toMatch(/^[A-Z]{2}$/);
    }
  });

  it('have public addresses in canonical form, each once, and ids that differ', () => {
    const addresses = resolvers.flatMap(one => one['addresses'] as readonly string[]);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(new Set(resolvers.map(({ id }) => id)).size).toBe(resolvers.length);
    for (const address of addresses) {
      expect(isAddress(address)).toBe(true);
      expect(whyNotPublic(address), address).toBeNull();
      if (address.includes(':')) expect(address).toMatch(/^2/);
    }
  });

  it('that are regional were seen to answer, stand on every continent and weigh little', () => {
    const regional = resolvers.filter(one => one['tier'] === 'regional');
    expect(regional.length).toBeGreaterThan(100);
    const weight = (list: typeof resolvers) =>
      list.reduce((sum, one) => sum + ((one['weight'] as number | undefined) ?? 1), 0);
    expect(weight(regional) / weight(resolvers)).toBeLessThan(0.25);
    for (const one of regional) expect(one['lastVerified'], `${one['id']}`).toMatch(/^2026-/);
    const countries = new Set(regional.map(one => one['country']));
    for (const one of ['US', 'BR', 'DE', 'ZA', 'IN', 'AU']) expect(countries).toContain(one);
  });

  it('are those of default, and core is its core', async () => {
    const core = await loadResolvers('core');
    const all = await loadResolvers('default');
    expect(all.filter(({ tier }) => tier === 'core')).toEqual(core);
    expect(core.length).toBeGreaterThanOrEqual(20);
    expect(all.map(({ id }) => id)).toEqual(resolvers.map(({ id }) => id));
    const google = core.find(({ id }) => id === 'google');
    expect(google?.addresses).toContain('8.8.8.8');
    expect(google).toMatchObject({ port: 53, ttl: { longest: 21_600, shortest: null } });
    for (const one of core) expect(one.addresses).toEqual([...new Set(one.addresses)]);
  });

  it('are asked over UDP first, and over TLS or HTTPS where that is all that they take', async () => {
    const all = await loadResolvers('default');
    for (const { id, transports, over, otherwise = [], ...one } of all) {
      const ways = [over, ...otherwise.map(way => way.over)].map(way => way?.transport ?? 'udp');
      expect(ways, id).toEqual(transports.filter(transport => transport !== 'tcp'));
      expect(one.port, id).toBe({ udp: 53, tls: 853, https: 443, tcp: 53 }[ways[0]!]);
    }
    const first = all.map(({ over }) => over?.transport ?? 'udp');
    expect(first.filter(transport => transport === 'tls')).toHaveLength(4);
    expect(first.filter(transport => transport === 'https')).toHaveLength(4);
    const google = all.find(({ id }) => id === 'google');
    expect(google?.otherwise).toEqual([
      { port: 853, over: { transport: 'tls', host: 'dns.google' } },
      { port: 443, over: { transport: 'https', template: 'https://dns.google/dns-query{?dns}' } },
    ]);
  });

  it('lose the addresses whose operators do not want to be asked', async () => {
    const optOut = [
      { address: '8.8.8.8', since: '2026-01-01', reason: 'asked by mail' },
      { address: '74.82.42.42', since: '2026-01-01', reason: 'asked by mail' },
      { address: '2001:0470:20::2', since: '2026-01-01', reason: 'asked by mail' },
    ];
    const core = await loadResolvers('core', { optOut });
    expect(core.find(({ id }) => id === 'google')?.addresses).not.toContain('8.8.8.8');
    expect(core.some(({ id }) => id === 'hurricane-electric')).toBe(false);
  });
});

it('knows what none means', async () => {
  expect(await loadResolvers('none')).toEqual([]);
});

it('needs only an id and addresses', async () => {
  const [one, two] = await load(
    '[{"id":"a","addresses":["192.0.2.53","2001:DB8:0::53"]},\n{"id":"b","addresses":["192.0.2.53"],"port":5353}]',
  );
  expect(one).toMatchObject({
    ...{ id: 'a', name: 'a', operator: 'a', tier: 'core', weight: 1, port: 53 },
    ...{ addresses: ['192.0.2.53', '2001:db8::53'], transports: ['udp', 'tcp'], country: null },
  });
  expect(two).toMatchObject({ port: 5353, operator: 'b' });
});

it('takes the list out of a map, tabs as indentation, and YAML', async () => {
  const wanted = [expect.objectContaining({ id: 'a', weight: 2 })];
  expect(
    await load('{\n\t"resolvers": [\n\t\t{"id":"a","addresses":["192.0.2.53"],"weight":2}\n\t]\n}'),
  ).toEqual(wanted);
  expect(await load('- id: a\n  weight: 2\n  addresses: [192.0.2.53]\n')).toEqual(wanted);
});

const row = (more: string) => `[\n  {"id": "a", "addresses": ["192.0.2.53"], ${more}}\n]`;
const mistakes: readonly (readonly [what: string, text: string, ...words: string[]])[] = [
  ['no list', '{"a": 1}', 'list.json:1:1', 'a list of 1 to 10,000 resolvers'],
  ['an empty list', '[]', 'list.json:1:1', 'found an empty list', 'write none instead'],
  ['an empty file', '\n', 'list.json:1:1', 'found an empty file', '"addresses": ["192.0.2.53"]'],
  ['nothing in a map', '{"resolvers": null}', 'found nothing', 'write none instead'],
  [
    'too many',
    JSON.stringify(Array(10_001).fill({ id: 'a', addresses: ['192.0.2.1'] })),
    'found a list of 10,001',
    'split',
  ],
  ['JSON that ends too early', '[{"id": "a",\n', 'list.json:1:13', 'broken JSON', 'too early'],
  ['JSON without a comma', '[{"id": "a"\n"port": 53}]', 'list.json:2:1', 'broken JSON', 'commas'],
  [
    'an address without a list',
    '[{"id": "a", "addresses": "127.0.0.1"}]',
    ...['found "127.0.0.1"', 'a list of 1 to 16 addresses', 'in brackets'],
  ],
  ['no id', '[{"addresses": ["192.0.2.53"]}]', 'list.json:1:2', 'without id', 'Add id here'],
  ['no addresses', '[{"id": "a"}]', 'list.json:1:2', 'without addresses'],
  ['an empty list of addresses', '[{"id": "a", "addresses": []}]', '1 to 16 addresses'],
  [
    'a name for an address',
    '[{"id": "a", "addresses": ["dns.example"]}]',
    'list.json:1:28',
    'not a name',
  ],
  ['an address with a port', '[{"id": "a", "addresses": ["192.0.2.53:53"]}]', 'without a port'],
  ['an odd id', '[{"id": "a b", "addresses": ["192.0.2.53"]}]', 'list.json:1:9', 'a short name'],
  ['an unknown key', row('"wieght": 2'), 'list.json:2:44', 'Did you mean weight?'],
  ['a port out of range', row('"port": 70000'), 'list.json:2:52', 'from 1 to 65535'],
  ['a weight of nothing', row('"weight": 0'), 'list.json:2:54', 'above 0'],
  ['an unknown tier', row('"tier": "best"'), 'core or regional', 'one a minute'],
  ['a country by name', row('"country": "Germany"'), 'two capital letters'],
  ['a place off the globe', row('"latitude": 91'), 'degrees from -90 to 90'],
  [
    'nobody to hold the certificate against',
    row('"transports": ["udp", "tls"]'),
    ...['list.json:2:58: found tls without dotHost', 'or leave tls out'],
  ],
  [
    'HTTPS without a place for questions',
    row('"transports": ["https"]'),
    ...['list.json:2:58: found https without dohTemplate', 'Add dohTemplate such as https://'],
  ],
  [
    'a template that is none',
    row('"transports": ["https"], "dohTemplate": "https://dns.example/{name}"'),
    ...['list.json:2:84: found "https://dns.example/{name}"', '{?dns} only'],
  ],
  ['a host with a port', row('"dotHost": "dns.example:853"'), 'found "dns.example:853"', 'dotPort'],
  ['a port for TLS out of range', row('"dotPort": 0'), 'a port from 1 to 65535'],
  ['an unknown transport', row('"transports": ["quic"]'), 'udp, tcp, tls or https'],
  [
    'an id twice',
    '[{"id":"a","addresses":["192.0.2.1"]},\n{"id":"a","addresses":["192.0.2.2"]}]',
    ...['list.json:2:7', 'as at list.json:1:8', 'another id'],
  ],
  [
    'an address twice, written differently',
    '[{"id":"a","addresses":["2001:db8::1"]},\n{"id":"b","addresses":["2001:DB8:0::1"]}]',
    ...['list.json:2:24', 'as at list.json:1:25', 'each address once'],
  ],
];

it.each(mistakes)('says where and how: %s', async (_, text, ...words) => {
  const said = await refusal(load(text));
  for (const word of words) expect(said).toContain(word);
});

it('calls JSON what is named so, and YAML what is not', async () => {
  const broken = '[{"id": "a"\n"port": 53}]';
  const said = await refusal(load(broken));
  expect(said).not.toContain('YAML');
  const file = join(dir, 'list.yaml');
  writeFileSync(file, broken);
  expect(await refusal(loadResolvers(file))).toContain('broken YAML');
});

it.each(['0.0.0.0', '255.255.255.255', '224.0.0.251', '239.1.2.3', '::', 'ff02::fb', 'FF0E::1'])(
  'refuses %s, at which nobody can be asked',
  async address => {
    const said = await refusal(load(JSON.stringify([{ id: 'a', addresses: [address] }])));
    expect(said).toContain(`list.json:1:25: nobody can be asked at ${address}`);
  },
);

it('takes the first and last addresses beside those', async () => {
  const addresses = ['0.0.0.1', '223.255.255.255', '240.0.0.1', '::1', 'fe80::1'];
  const [one] = await load(JSON.stringify([{ id: 'a', addresses }]));
  expect(one?.addresses).toEqual(addresses);
  expect(await refusal(load('[{"id":"a","addresses":["::ffff:224.0.0.1"]}]'))).toContain('nobody');
});

it('says all mistakes at once', async () => {
  const said = await refusal(load(`[{"id":"a","addresses":["x"]},{"id":"a","addresses":["y"]}]`));
  expect(said).toContain('3 mistakes');
});

it('refuses an address whose operator does not want to be asked', async () => {
  const optOut = [{ address: '192.0.2.53', since: '2026-01-01', reason: 'private service' }];
  const said = await refusal(load('[{"id":"a","addresses":["192.0.2.53"]}]', { optOut }));
  expect(said).toContain('the operator of 192.0.2.53 asked on 2026-01-01 not to be asked');
  expect(said).toContain('private service');
});

it('says what can be written where there is no such file', async () => {
  const said = await refusal(loadResolvers(join(dir, 'missing.json')));
  expect(said).toContain('missing.json');
  expect(said).toContain('default, core, none');
});

it('does not wait for the writer of a pipe', async () => {
  const pipe = join(dir, 'pipe.json');
  execFileSync('mkfifo', [pipe]);
  expect(await refusal(loadResolvers(pipe))).toContain('expected a regular file');
});

it('a file that is too large is called a list of resolvers, not cutovers', async () => {
  const said = await refusal(load(' '.repeat(5_000_000)));
  expect(said).toContain('Name a list of resolvers');
  expect(said).not.toContain('cutover');
});

it.each([
  ['10.0.0.1', 'RFC 1918'],
  ['172.31.255.255', 'RFC 1918'],
  ['192.168.1.1', 'RFC 1918'],
  ['100.127.0.1', 'RFC 6598'],
  ['127.0.0.53', 'RFC 1122'],
  ['0.1.2.3', 'RFC 1122'],
  ['169.254.1.1', 'RFC 3927'],
  ['192.0.2.53', 'RFC 5737'],
  ['198.51.100.1', 'RFC 5737'],
  ['203.0.113.1', 'RFC 5737'],
  ['198.19.0.1', 'RFC 2544'],
  ['240.0.0.1', 'RFC 1112'],
  ['::1', 'RFC 4291'],
  ['fe80::1', 'RFC 4291'],
  ['fd00::53', 'RFC 4193'],
  ['2001:db8::53', 'RFC 3849'],
  ['::ffff:10.0.0.1', 'RFC 1918'],
])('knows that %s is of no public network (%s)', (address, source) => {
  expect(whyNotPublic(address)).toContain(source);
  expect(whyNobody(address)).toBeNull();
});

it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.0.3.1', '198.20.0.1', '2620:fe::fe'])(
  'takes %s for public',
  address => {
    expect(whyNotPublic(address)).toBeNull();
  },
);
