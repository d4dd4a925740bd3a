import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { interceptedAt } from '../../../src/poller/hearings/interception.ts';
import { RCODE } from '../../../src/dns/rcode.ts';
import { type RRset, rrset } from '../../../src/dns/rrset.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type Message } from '../../../src/dns/wire.ts';
import { Fault } from '../../../src/errors.ts';
import { type Try } from '../../../src/transport/udp.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { answering, type Answering, resolving } from '../answering.ts';
import { said } from '../said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-resolvers-test-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
const servers: Answering[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});

async function listed(...opening: readonly Promise<Answering>[]): Promise<string> {
  const all = await Promise.all(opening);
  servers.push(...all);
  const list = all.map(({ port }, index) => ({ id: `r${index}`, addresses: ['127.0.0.1'], port }));
  const file = join(home, 'resolvers.json');
  writeFileSync(file, JSON.stringify(list));
  return file;
}

describe('resolvers list', () => {
  it('names who is shipped', async () => {
    const { code, out } = await said('resolvers', 'list');
    expect(code).toBe(0);
    expect(out).toContain('8.8.8.8');
    const words = out.replaceAll(/\s+/g, ' ');
    expect(words).toMatch(/: \d+ core, 116 regional \(asked once a minute\)/);
    expect(words).toContain('Weights are estimates');
    expect(words).toContain('forgets a name at https://dns.google/cache');
  });

  it('reads a file, and gives all that is known to programs', async () => {
    const file = await listed(resolving(() => null));
    const { code, out, err } = await said('resolvers', 'list', '--resolvers', file, '--json');
    expect(code).toBe(0);
    expect(err).toContain('r0 has 127.0.0.1, a loopback address');
    expect(JSON.parse(out)).toMatchObject({
      list: file,
      resolvers: [{ id: 'r0', tier: 'core', weight: 1, country: null }],
      leftOut: [],
    });
  });

  it('tells what cutovers of this state directory have learnt, with its age', async () => {
    const state = join(home, 'state');
    const me = { pid: process.pid, host: 'localhost', ownerId: 'test' };
    const store = await openSqlite(state, { ...me, epochBytes: 'abcdef' });
    const at = Date.now() - 3 * 86_400_000;
    const learnt = { resolver: 'r0', address: '127.0.0.1', floor: 600, ceiling: null, caches: 2 };
    await store.saveLearnt([{ ...learnt, at, from: 'canary', given: 300 }]);
    await store.close();
    const file = await listed(resolving(() => null));
    const argv = ['resolvers', 'list', '--resolvers', file, '--state', state];
    const { out } = await said(...argv);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'learnt 3 d ago (canary): raises TTLs to 10 min, 2 caches at one address',
    );
    const { resolvers } = JSON.parse((await said(...argv, '--json')).out) as {
      resolvers: unknown[];
    };
    expect(resolvers).toMatchObject([{ id: 'r0', learnt: { floor: 600, from: 'canary' } }]);
  });

  it('says what is wrong with one', async () => {
    const { code, err } = await said('resolvers', 'list', '--resolvers', join(home, 'none.json'));
    expect(code).toBe(65);
    expect(err).toContain('no such file');
  });
});

/** Whatever is asked for is here. */
const captive = () =>
  answering(({ name, type }) => ({
    answer:
      type === 'A' ? [rrset({ name: parseName(name), type, ttl: 60, rdata: ['192.0.2.80'] })] : [],
  }));

describe('resolvers test', () => {
  const test = (file: string, ...more: readonly string[]) =>
    said('resolvers', 'test', '--resolvers', file, ...more);

  it('tells who can be asked', async () => {
    const refusing = answering(() => ({ rcode: RCODE.REFUSED }));
    const file = await listed(
      resolving(() => null),
      refusing,
      captive(),
    );
    const ended = await test(file, '--json');
    expect(ended.code, ended.err).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({
      network: { intercepted: null, captive: false, rootless: false, sameNsid: null },
      resolvers: [
        { id: 'r0', verdict: 'works', transport: 'udp', rcode: 'NOERROR' },
        { id: 'r1', verdict: 'answers', rcode: 'REFUSED' },
        { id: 'r2', verdict: 'answers', rcode: 'NOERROR' },
      ],
    });
    const text = await test(file);
    expect(text.out).toContain('3 of 3 resolvers can be asked');
    expect(text.out).toContain('answers for a name that cannot exist');
  });

  it('asks only those that were named', async () => {
    const file = await listed(
      resolving(() => null),
      resolving(() => null),
    );
    const { out } = await test(file, '@r1', '--json');
    expect(JSON.parse(out)).toMatchObject({ resolvers: [{ id: 'r1' }] });
    expect(servers[0]?.asked()).toBe(0);
  });

  it.each(['SERVFAIL', 'REFUSED', 'NXDOMAIN'] as const)(
    'takes resolvers of its own that say %s to the root for what they may be: internal',
    async rcode => {
      const internal = () => answering(() => ({ rcode: RCODE[rcode] }));
      const file = await listed(internal(), internal());
      const { code, out, err } = await test(file);
      expect(code, err).toBe(0);
      const text = out.replaceAll(/\s+/g, ' ');
      expect(text).toContain('2 of 2 resolvers can be asked');
      expect(text).toContain(`answers ${rcode}, but does not resolve the root`);
      expect(text).toContain('it may serve internal names only');
      expect(text).not.toMatch(/lies|refuses/);
    },
  );

  it('fails when nobody can be asked', async () => {
    const { code, out } = await test(await listed(answering(() => null)));
    expect(code).toBe(69);
    expect(out).toContain('0 of 1 resolver can be asked');
  });
});

/** Knows the SOA of example.org; of other names what it is told, and of the root what it should. */
const knowing = (other: (name: string) => { rcode?: number; answer?: RRset[] }) =>
  answering(({ name, type }) => {
    const given = { name: parseName(name), ttl: 60 };
    if (name === '.')
      return { answer: [rrset({ ...given, type: 'NS', rdata: ['a.root-servers.net.'] })] };
    if (name.endsWith('.invalid.')) return { rcode: RCODE.NXDOMAIN };
    if (name !== 'example.org.') return other(name);
    const rdata = ['ns1.example.net. hostmaster.example.org. 7 3600 600 86400 300'];
    return type === 'SOA' ? { answer: [rrset({ ...given, type, rdata })] } : {};
  });
const honest = () => knowing(() => ({ rcode: RCODE.NXDOMAIN }));
const rewriting = () =>
  knowing(name => ({
    answer: [rrset({ name: parseName(name), type: 'A', ttl: 60, rdata: ['192.0.2.80'] })],
  }));
const refusing = () => answering(() => ({ rcode: RCODE.REFUSED }));

interface Told {
  readonly resolvers: readonly { readonly verdict: string; readonly remarks: readonly string[] }[];
}

describe('resolvers test with a domain', () => {
  const test = async (file: string, ...more: readonly string[]) => {
    const args = ['--domain', 'example.org', '--json', '--resolvers', file];
    const ended = await said('resolvers', 'test', ...args, ...more);
    return { ...ended, told: JSON.parse(ended.out) as Told };
  };

  it('finds who does not resolve it, and who answers for a name that nobody made', async () => {
    const file = await listed(honest(), honest(), rewriting(), refusing());
    const { code, told, err } = await test(file);
    expect(code, err).toBe(0);
    expect(told.resolvers.map(({ verdict }) => verdict)).toEqual([
      ...['works', 'works', 'lies', 'fails'],
    ]);
    expect(told.resolvers[2]?.remarks.join()).toContain('under example.org. that does not exist');
    expect(told.resolvers[3]?.remarks.join()).toContain('does not resolve example.org (REFUSED)');
  });

  it('takes a name within a zone, and no denial that comes from elsewhere', async () => {
    const soa = (name: string) =>
      rrset({
        ...{ name: parseName(name), type: 'SOA', ttl: 60 },
        rdata: ['ns1.example.net. hostmaster.example.org. 7 3600 600 86400 300'],
      });
    const denying = (...authority: readonly RRset[]) =>
      answering(({ name }) => {
        const nothing = name.startsWith('0-') || name.endsWith('.invalid.');
        return { authority, rcode: nothing ? RCODE.NXDOMAIN : RCODE.NOERROR };
      });
    const [zone, own] = [soa('example.org'), soa('lists.example.org')];
    const file = await listed(denying(zone), denying(own), denying());
    const { told } = await test(file, '--domain', 'lists.example.org');
    expect(told.resolvers.map(({ verdict }) => verdict)).toEqual(['answers', 'fails', 'fails']);
  });

  it('takes what everybody answers for a wildcard', async () => {
    const { told } = await test(await listed(rewriting(), rewriting(), honest()));
    expect(told.resolvers.map(({ verdict }) => verdict)).toEqual(['works', 'works', 'works']);
    expect(told.resolvers[0]?.remarks.join()).toContain('has a wildcard');
  });

  it('writes who failed to a list that may be left out', async () => {
    const file = await listed(honest(), honest(), rewriting(), refusing());
    const bad = join(home, 'quarantine.json');
    const { code, err } = await test(file, '--quarantine', bad);
    expect(code, err).toBe(0);
    expect(err).toContain('2 resolvers');
    const left = await said('resolvers', 'list', '--json', '--resolvers', `${file},-${bad}`);
    expect(JSON.parse(left.out)).toMatchObject({ resolvers: [{ id: 'r0' }, { id: 'r1' }] });
    // Written anew, and never what somebody else wrote.
    expect((await test(file, '--quarantine', bad)).code).toBe(0);
    const own = readFileSync(file, 'utf8');
    const refused = await said('resolvers', 'test', '--resolvers', file, '--quarantine', file);
    expect(refused.code).toBe(64);
    expect(refused.err).toContain('is no quarantine');
    expect(readFileSync(file, 'utf8')).toBe(own);
  });

  it('puts nobody into quarantine for what fails everywhere', async () => {
    const bad = join(home, 'nobody.json');
    const { code, err } = await test(await listed(refusing(), refusing()), '--quarantine', bad);
    expect(code).toBe(69);
    expect(err).toContain('nothing was written');
    expect(existsSync(bad)).toBe(false);
  });

  it('wants a domain', async () => {
    const { code, err } = await said('resolvers', 'test', '--domain', 'exa mple..org');
    expect(code).toBe(64);
    expect(err).toContain('exa mple');
    expect((await said('resolvers', 'test', '--domain', 'https://example.org/')).err).toContain(
      'write example.org alone',
    );
  });
});

describe('the question to where nobody is', () => {
  const chance = { float: () => 0, hex: (bytes: number) => 'ab'.repeat(bytes) };
  const asks = (answers: (address: string) => boolean) => {
    const asked: string[] = [];
    const ask: Try = async ({ name, recursive }, { address }) => {
      asked.push(`${name} ${address} ${recursive}`);
      if (answers(address)) return { message: {} as Message, transport: 'udp', rttMs: 1 };
      throw new Fault('UNAVAILABLE', 'no answer within 1000 ms');
    };
    return { ask, asked };
  };
  const never = new AbortController().signal;

  it('is asked at addresses of documentation, for a name that cannot exist', async () => {
    const { ask, asked } = asks(() => false);
    expect(await interceptedAt({ ask, chance }, never)).toBeNull();
    expect(asked).toEqual(
      ['192.0.2.1', '198.51.100.1', '203.0.113.1'].map(
        address => `${'ab'.repeat(8)}.invalid. ${address} true`,
      ),
    );
  });

  it('names the address that answered', async () => {
    const { ask } = asks(address => address !== '192.0.2.1');
    expect(await interceptedAt({ ask, chance }, never)).toBe('198.51.100.1');
  });

  it('gives up when the caller does', async () => {
    const ask: Try = async () => {
      throw new Fault('ABORTED', 'given up');
    };
    await expect(interceptedAt({ ask, chance }, never)).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
