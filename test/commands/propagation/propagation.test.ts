import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { RCODE } from '../../../src/dns/rcode.ts';
import { type RRset } from '../../../src/dns/rrset.ts';
import { answering, type Answering, authoritative, mx, resolving } from '../answering.ts';
import { said } from '../said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-propagation-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const oldMx = '10 mx1.oldhost.example';
const newMx = '10 mx1.newhost.example';
const [oldSet, newSet] = [[`${oldMx}.`], [`${newMx}.`]];

const servers: Answering[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(server => server.close()));
});
async function up(opening: Promise<Answering>): Promise<Answering> {
  const server = await opening;
  servers.push(server);
  return server;
}
const serves = (served: RRset | (() => RRset | null) | null, serial?: number) =>
  up(authoritative(typeof served === 'function' ? served : () => served, serial));
const knows = (known: RRset | (() => RRset | null) | null) =>
  up(resolving(typeof known === 'function' ? known : () => known));

/** A list of these resolvers: r1, r2, … */
function listed(...resolvers: readonly Answering[]): string {
  const file = join(home, 'resolvers.json');
  const list = resolvers.map(({ port }, index) => ({
    ...{ id: `r${index + 1}`, addresses: ['127.0.0.1'], port, weight: index + 1 },
  }));
  writeFileSync(file, JSON.stringify(list));
  return file;
}

/** The part of the shape that these tests look into. */
interface Shape {
  readonly old: unknown;
  readonly oldFrom: unknown;
  readonly tally: Readonly<Record<string, number | null>>;
  readonly resolvers: readonly Readonly<Record<string, unknown>>[];
  readonly evidence?: unknown;
}
const shapeOf = (text: string): Shape => JSON.parse(text) as Shape;

const look = (...argv: readonly string[]) => said('propagation', 'example.org', ...argv);

describe('one look', () => {
  it('is done when all servers and all resolvers are new', async () => {
    const [one, two] = [await serves(mx(300, newMx)), await serves(mx(300, newMx))];
    const list = listed(await knows(mx(120, newMx)), await knows(mx(300, newMx)));
    const authority = ['--authority', one.at, '--authority', two.at];
    const ended = await look('--expect', newMx, ...authority, '--resolvers', list);
    expect(ended.code, ended.err).toBe(0);
    expect(ended.out).toContain(
      'new at both authoritative servers; 2 of 2 resolvers (100 % by weight).',
    );
    expect(ended.out).toMatch(/✔ new {2}127\.0\.0\.1:\d+ {2}TTL 300 {2}serial 7/);
    expect(ended.out).toContain('estimates');
    // Off a terminal the servers are told first, on stderr.
    expect(ended.err).toMatch(/✔ new {2}127\.0\.0\.1:\d+ {2}TTL 300/);
    for (const line of ended.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('is pending while a resolver is old, and says until when', async () => {
    const one = await serves(mx(300, newMx));
    const list = listed(await knows(mx(120, oldMx)), await knows(mx(300, newMx)));
    const argv = ['--expect', newMx, '--authority', one.at, '--resolvers', list] as const;
    const ended = await look(...argv, '--json');
    expect(ended.code, ended.err).toBe(8);
    const { resolvers, tally, old, ...shape } = shapeOf(ended.out);
    expect(shape).toMatchObject({
      ...{ domain: 'example.org', type: 'MX', expected: newSet, oldFrom: 'seen' },
      authoritative: [{ address: one.at, verdict: 'new', ttl: 300, serial: 7 }],
    });
    expect(old).toEqual([oldSet]);
    expect(tally).toMatchObject({ new: 1, old: 1, total: 2, share: 2 / 3 });
    expect(resolvers).toMatchObject([
      { id: 'r1', verdict: 'old', rdata: oldSet, ttl: 120, cause: 'waiting for its TTL' },
      { id: 'r2', verdict: 'new', rdata: newSet, ttl: 300, cause: null, until: null },
    ]);
    const left = Date.parse(String(resolvers[0]?.['until'])) - Date.now();
    expect(left).toBeGreaterThan(110_000);
    expect(left).toBeLessThan(122_000);
    // What was named as old is no guess any more; other sets are others then.
    const given = shapeOf((await look(...argv, '--json', '--old', '5 x.example')).out);
    expect(given).toMatchObject({ oldFrom: 'given', tally: { other: 1, old: 0 } });
  });

  it('takes for new what all servers agree on, and says so', async () => {
    const one = await serves(mx(300, newMx, oldMx));
    const list = listed(await knows(mx(300, oldMx, newMx)));
    const ended = await look('--authority', one.at, '--resolvers', list);
    expect(ended.code, ended.err).toBe(0);
    expect(ended.out.replaceAll(/\s+/g, ' ')).toContain('what the authoritative server gives');
  });

  it('knows nothing new when they disagree, and shows how', async () => {
    const [one, two] = [await serves(mx(300, newMx), 8), await serves(mx(300, oldMx), 7)];
    const list = listed(await knows(mx(300, newMx)));
    const authority = ['--authority', one.at, '--authority', two.at];
    const ended = await look(...authority, '--resolvers', list);
    expect(ended.code, ended.err).toBe(8);
    expect(ended.out).toContain('the 2 authoritative servers disagree');
    for (const word of ['serial 8', 'serial 7', newMx, oldMx, '--expect'])
      expect(ended.out).toContain(word);
    expect(ended.out).not.toContain('unexplained');
    expect(ended.out).toContain('; 1 resolver answered.');
  });

  it('asks only those that were named, by address, or by the id of the list', async () => {
    const one = await serves(mx(300, newMx));
    const [first, second, third] = [
      await knows(mx(60, newMx)),
      await knows(null),
      await knows(null),
    ];
    const list = listed(first, second);
    const rest = ['--authority', one.at, '--resolvers', list, '--json'];
    const ended = await look('MX', '@r1', `@${third.at}`, ...rest);
    const { resolvers } = shapeOf(ended.out);
    expect(resolvers.map(one => one['id'])).toEqual([third.at, 'r1']);
    expect(second.asked()).toBe(0);
    // Who cannot tell is neither new nor old, and one of two is not less than half by weight.
    expect(resolvers[0]).toMatchObject({ verdict: 'empty', rcode: 'NXDOMAIN' });
    expect(ended.code).toBe(0);
  });

  it('prints CSV', async () => {
    const one = await serves(mx(300, newMx));
    const list = listed(await knows(mx(60, newMx)));
    const ended = await look('--authority', one.at, '--resolvers', list, '--csv');
    expect(ended.out.split('\r\n')).toHaveLength(4);
    expect(ended.out).toContain('kind,id,name,operator');
    expect(ended.err).toBe('');
  });

  it('shows the evidence for one of them, and asks no other', async () => {
    const one = await serves(mx(300, newMx));
    const [first, second] = [await knows(mx(60, newMx)), await knows(mx(120, oldMx))];
    const rest = ['--authority', one.at, '--resolvers', listed(first, second)];
    const ended = await look(...rest, '--old', oldMx, '--explain', 'r2');
    expect(ended.code, ended.err).toBe(8);
    expect(ended.out).toContain('nothing is wrong');
    expect(ended.out).toMatch(/^r2 at 127\.0\.0\.1:\d+\nold: waiting for its TTL until/);
    expect(ended.out).toMatch(/Observations \(1 kept of 1\)\n.*TTL 120/);
    expect(first.asked()).toBe(0);
    // Nobody said what is old, and no server was seen to give it: that explains nothing away.
    const guess = await look(...rest, '--explain', 'r2');
    expect(guess.out).toMatch(/^old: a set that no server was seen to give/m);
    expect(guess.out).not.toContain('nothing is wrong');
    const json = shapeOf((await look(...rest, '--explain', 'r2', '--json')).out);
    expect(json.evidence).toMatchObject({ resolver: 'r2', entries: [{ value: 'old', ttl: 120 }] });
  });

  it('asks nobody but the servers when it is told so', async () => {
    const one = await serves(mx(300, newMx));
    const ended = await look('--authority', one.at, '--resolvers', 'none');
    expect(ended.code, ended.err).toBe(0);
    expect(ended.out).toContain('no resolver was asked');
  });
});

describe('waiting', () => {
  it('ends when everybody turned', async () => {
    let served = mx(2, oldMx);
    const one = await serves(() => served);
    let known = mx(1, oldMx);
    const resolver = await knows(() => known);
    const turning = setTimeout(() => {
      served = mx(2, newMx);
      known = mx(2, newMx);
    }, 1500);
    const argv = ['--expect', newMx, '--old', oldMx, '--authority', one.at];
    const ended = await look(...argv, '--resolvers', listed(resolver), '--until', 'new');
    clearTimeout(turning);
    expect(ended.code, ended.err).toBe(0);
    expect(ended.out).toContain('1 of 1 resolver (100 % by weight)');
    expect(ended.out).toContain('seen to turn');
  }, 60_000);

  it('asks a resolver once while the servers give old, and on only when they gave new', async () => {
    let served = mx(1, oldMx);
    const one = await serves(() => served);
    // Asked at the end of each entry it would be asked every second.
    let [asked, early] = [0, 0];
    const resolver = await knows(() => {
      asked += 1;
      return served;
    });
    const turning = setTimeout(() => {
      early = asked;
      served = mx(1, newMx);
    }, 4000);
    const argv = ['--expect', newMx, '--authority', one.at, '--resolvers', listed(resolver)];
    const ended = await look(...argv, '--until', 'new', '--watch');
    clearTimeout(turning);
    expect(ended.code, ended.err).toBe(0);
    expect(early).toBe(1);
    expect(asked).toBeGreaterThan(1);
    expect(ended.out).toContain(
      'The servers do not give it yet: resolvers are left alone, since asking them would plant the old set.',
    );
    expect(ended.out).toContain('seen to turn');
  }, 60_000);

  it('ends with 8 when the time is over', async () => {
    const one = await serves(mx(300, newMx));
    const list = listed(await knows(mx(120, oldMx)));
    const argv = ['--authority', one.at, '--resolvers', list, '--timeout', '2s'];
    const [ended, guess] = [
      await look(...argv, '--until', '95', '--old', oldMx),
      await look(...argv, '--until', '95'),
    ];
    expect(ended.code, ended.err).toBe(8);
    expect(ended.out).toContain('0 of 1 resolver (0 % by weight), last by');
    expect(ended.err).toContain('gave up after 2 s (--timeout): 95 % (--until) is not reached.');
    const guessed = guess.out.replaceAll(/\s+/g, ' ');
    expect(guessed).toContain('(0 % by weight), 1 with a set that no server was seen to give.');
  }, 60_000);

  it('prints a JSON object for each change, and none without', async () => {
    const one = await serves(mx(300, newMx));
    const list = listed(await knows(mx(120, oldMx)));
    const argv = ['--authority', one.at, '--resolvers', list, '--timeout', '2s'];
    const ended = await look(...argv, '--watch', '--json');
    expect(ended.code, ended.err).toBe(8);
    const lines = ended.out.trimEnd().split('\n');
    const tallies = lines.map(line => shapeOf(line).tally);
    expect(tallies[0]).toMatchObject({ unasked: 1, old: 0 });
    expect(tallies.at(-1)).toMatchObject({ unasked: 0, old: 1 });
    expect(lines.length).toBeLessThanOrEqual(3);
  }, 60_000);

  it('prints a line for each change off a terminal', async () => {
    const one = await serves(mx(300, newMx));
    const list = listed(await knows(mx(120, oldMx)));
    const argv = ['--authority', one.at, '--resolvers', list, '--timeout', '2s', '--watch'];
    const ended = await look(...argv, '--utc', '--old', oldMx);
    expect(ended.out).toMatch(/^\d\d:\d\d:\d\d {2}r1 {2}old: waiting for its TTL until/m);
  }, 60_000);
});

describe('what cannot be looked at', () => {
  it('a name that does not exist, as against one that nobody can look up', async () => {
    const one = await serves(mx(300, newMx));
    const rest = ['--authority', one.at, '--resolvers', listed(await knows(null))];
    const absent = await said('propagation', 'mial.example.org', ...rest);
    expect([absent.code, absent.out]).toEqual([64, '']);
    expect(absent.err).toContain('mial.example.org does not exist');
    expect(absent.err).toContain('NXDOMAIN');
    const foreign = await said('propagation', 'example.net', ...rest);
    expect(foreign.code, foreign.err).toBe(69);
    expect(foreign.out).toMatch(new RegExp(`\\? refused {2}${one.at} +answers REFUSED`));
    const above = await said('propagation', 'example.net', 'DS', ...rest);
    expect(above.err.replaceAll(/\s+/g, ' ')).toContain('for a DS those of the zone above.');
  });

  it('servers that cannot be reached: the resolvers are shown all the same', async () => {
    const list = listed(await knows(mx(60, newMx)));
    const gone = await serves(null);
    servers.splice(servers.indexOf(gone), 1);
    await gone.close();
    const ended = await look('--authority', gone.at, '--resolvers', list, '--expect', newMx);
    expect(ended.code, ended.err).toBe(69);
    expect(ended.out).toContain('no authoritative server answers; 1 of 1 resolver');
    expect(ended.out).toContain('port unreachable');
    expect(ended.err).toContain('--authority');
  });

  it('servers that take longer than there is time', async () => {
    const silent = await up(answering(() => null));
    const list = listed(await knows(mx(60, newMx)));
    const argv = ['--authority', silent.at, '--resolvers', list, '--timeout', '1s'];
    const ended = await look(...argv, '--until', 'new');
    expect(ended.code, ended.err).toBe(69);
    expect(ended.out).toContain('within 1 s (--timeout)');
  });

  it('resolvers that refuse or are silent: the servers are shown all the same', async () => {
    const one = await serves(mx(300, newMx));
    const refusing = await up(answering(() => ({ rcode: RCODE.REFUSED })));
    const silent = await up(answering(() => null));
    const list = listed(refusing, silent);
    const argv = ['--authority', one.at, '--resolvers', list, '--timeout', '6s'];
    const ended = await look(...argv, '--until', 'new');
    expect(ended.code, ended.err).toBe(69);
    expect(ended.out).toContain('new at the authoritative server; no resolver can tell (2 asked)');
    expect(ended.out).toContain('answers REFUSED');
    expect(ended.out).toContain('no answer within');
    expect(ended.err).toContain('@ADDRESS');
  }, 60_000);
});
