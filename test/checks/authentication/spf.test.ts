import { describe, expect, it } from 'vitest';
import { edit, found, joins, type Situation, told } from '../authentication.ts';
import { policy } from '../example.ts';
import { mail } from '../mail-example.ts';

const google = { to: ['1 smtp.google.com.'] };
const theirs = '_spf.google.com TXT 300 v=spf1 ip4:192.0.2.0/24 ~all';
const spf = (text: string): string => `example.org TXT 7200 v=spf1 ${text}`;
const one = async (id: string, situation: Situation) => {
  const findings = await found(id, situation);
  expect(findings).toHaveLength(1);
  return findings[0]!;
};

describe('spf-includes-new', () => {
  const check = async (situation: Situation) =>
    one('spf-includes-new', { ...google, ...situation });

  it('passes when the include is there, also within another one', async () => {
    const there = await check({ world: [spf('include:_spf.google.com -all'), theirs] });
    expect(there).toMatchObject({ status: 'pass', severity: 'blocker' });
    const within = await check({
      world: [
        spf('include:all.example.net -all'),
        theirs,
        'all.example.net TXT 300 v=spf1 include:_spf.google.com -all',
      ],
    });
    expect(within).toMatchObject({ status: 'pass' });
  });

  it('passes while the plan is to write it, and no longer once it was to be written', async () => {
    const order = { prepare: [joins('include:_spf.google.com')] };
    const world = [spf('mx -all'), theirs];
    expect(await check({ world, order })).toMatchObject({ status: 'pass' });
    const written = { gate: true, places: { 'example.org. TXT': 1 } };
    expect(await check({ world, order, input: written })).toMatchObject({ status: 'fail' });
  });

  it('fails where the plan itself takes it out with the swap', async () => {
    const world = [spf('include:_spf.google.com -all'), theirs];
    const mx = edit('example.org MX 1 smtp.google.com.');
    const txt = edit('example.org TXT "v=spf1 ip4:192.0.2.1 -all"');
    const taken = await check({ world, order: { steps: [{ name: 'move', edits: [mx, txt] }] } });
    expect(taken).toMatchObject({ status: 'fail', severity: 'blocker' });
    expect(taken.summary).toContain('any more, as the plan writes it');
  });

  it('could not be tested where what is included does not answer', async () => {
    const world = [spf('include:all.example.net -all'), 'all.example.net TXT !'];
    const silent = await check({ world });
    expect(silent).toMatchObject({ status: 'could-not-test', severity: 'blocker' });
    expect(silent.summary).toContain('all.example.net. TXT: 192.0.2.9 is silent');
  });

  it('fails where others are refused, by SPF or by DMARC, and warns elsewhere', async () => {
    const strict = await check({ world: [spf('mx -all')] });
    expect(strict).toMatchObject({ status: 'fail', severity: 'blocker' });
    expect(strict.summary).toContain('-all');
    expect(strict.remedy).toContain('include:_spf.google.com');
    expect(await check({ world: [spf('mx ~all')] })).toMatchObject({ status: 'warn' });
    const led = [spf('redirect=a.example'), 'a.example TXT 300 v=spf1 ip4:192.0.2.1 -all'];
    expect(await check({ world: led })).toMatchObject({ status: 'fail' });
    const dmarc = '_dmarc.example.org TXT 300 v=DMARC1; p=reject';
    expect(await check({ world: [spf('mx ~all'), dmarc] })).toMatchObject({ status: 'fail' });
  });

  it('asks for what the plan itself adds, where nobody knows the new side', async () => {
    const order = { prepare: [joins('include:spf.new.example')] };
    const world = [spf('mx -all'), 'spf.new.example TXT 300 v=spf1 -all'];
    const planned = await check({ to: ['0 mx.new.example.'], world, order });
    expect(planned).toMatchObject({ status: 'pass' });
    expect(planned.summary).toContain('include:spf.new.example');
  });

  it('only warns where the plan has the new side send by another way', async () => {
    const order = { prepare: [joins('include:relay.example')] };
    const world = [spf('mx -all'), 'relay.example TXT 300 v=spf1 -all'];
    const other = await check({ world, order });
    expect(other).toMatchObject({ status: 'warn', severity: 'warning' });
    expect(other.summary).toContain('include:_spf.google.com');
  });

  it('is skipped without SPF, and where nobody can know', async () => {
    expect(await check({})).toMatchObject({ status: 'skipped' });
    const world = [spf('mx -all')];
    expect(await check({ to: ['0 mx.new.example.'], world })).toMatchObject({ status: 'skipped' });
  });

  it('could not be tested when the servers are silent', async () => {
    const silent = await check({ world: ['example.org TXT !'] });
    expect(silent).toMatchObject({ status: 'could-not-test', severity: 'blocker' });
  });
});

describe('spf-single-and-limit', () => {
  const check = async (situation: Situation) => one('spf-single-and-limit', situation);
  const includes = (count: number): readonly string[] =>
    Array.from({ length: count }, (_, index) => `i${index}.example.net TXT 300 v=spf1 -all`);
  const named = (count: number): string =>
    Array.from({ length: count }, (_, index) => `include:i${index}.example.net`).join(' ');

  it('passes at ten lookups, and warns at eleven', async () => {
    const ten = await check({ world: [spf(`${named(10)} -all`), ...includes(10)] });
    expect(ten).toMatchObject({ status: 'pass' });
    expect(ten.summary).toContain('10 of 10 lookups');
    const eleven = await check({ world: [spf(`${named(11)} -all`), ...includes(11)] });
    expect(told([eleven])).toEqual(['warn example.org: 11 lookups today, and 10 are allowed.']);
  });

  it('warns of what the include of the plan makes of it', async () => {
    const order = { prepare: [joins('include:i10.example.net')] };
    const world = [spf(`${named(10)} -all`), ...includes(11)];
    expect((await check({ world, order })).summary).toBe(
      '11 lookups before the swap, and 10 are allowed.',
    );
  });

  it('looks behind the new MX, once that has turned', async () => {
    const world = [spf('mx -all')];
    const to = Array.from({ length: 11 }, (_, index) => `10 mx${index}.new.example.`);
    const hosts = await check({ world, to });
    expect(hosts.summary).toContain('An error after the swap');
    expect(hosts.summary).toContain('11 mail hosts');
  });

  it('warns of two records, of loops and of lookups in vain', async () => {
    const two = await check({ world: ['example.org TXT 300 "v=spf1 mx" | "v=spf1 a"'] });
    expect(two.summary).toContain('2 SPF records today');
    const loop = await check({ world: [spf('include:example.org -all')] });
    expect(loop.summary).toContain('led back to itself');
    const voids = await check({ world: [spf('a:a.example a:b.example a:c.example -all')] });
    expect(voids.summary).toContain('3 lookups in vain');
    expect((await check({ world: [spf('ptr -all')] })).summary).toContain('ptr');
  });

  it('could not be tested where an include is silent, and is skipped without SPF', async () => {
    const silent = await check({
      world: [spf('include:i.example.net -all'), 'i.example.net TXT !'],
    });
    expect(silent).toMatchObject({ status: 'could-not-test', severity: 'warning' });
    expect(await check({ world: ['example.org TXT !'] })).toMatchObject({
      status: 'could-not-test',
    });
    expect(await check({})).toMatchObject({ status: 'skipped' });
  });

  it('shows what strangers wrote short and calm', async () => {
    const evil = `include:%\\027[2J${'x'.repeat(300)}`;
    const hostile = await check({ world: [`example.org TXT 300 "v=spf1 ${evil.slice(0, 200)}"`] });
    expect(hostile.status).toBe('warn');
    expect(JSON.stringify(hostile)).not.toContain('\\u001b');
    expect(hostile.summary.length).toBeLessThan(300);
  });
});

describe('spf-mx-mechanism', () => {
  const check = async (situation: Situation) => one('spf-mx-mechanism', situation);

  it('names the old hosts that lose their right at the swap', async () => {
    const turned = await check({ world: [spf('mx -all')] });
    expect(turned).toMatchObject({ status: 'warn', severity: 'warning' });
    expect(turned.summary).toContain('no longer mx.old.example (192.0.2.10)');
    expect(turned.remedy).toContain('ip4:192.0.2.10');
    for (const own of ['mx:example.org', 'MX:%{d}'])
      expect(await check({ world: [spf(`${own} -all`)] }), own).toMatchObject({ status: 'warn' });
    for (const way of ['include', 'redirect']) {
      const theirs = '_spf.example.org TXT 300 "v=spf1 mx:Example.ORG./24 -all"';
      const sign = way === 'include' ? ':' : '=';
      const nested = await check({ world: [spf(`${way}${sign}_spf.example.org`), theirs] });
      expect(nested, way).toMatchObject({ status: 'warn' });
    }
  });

  it.each([
    'a -all',
    '-mx -all',
    'mx:other.example -all',
    '-all mx',
    'mx ip4:192.0.2.0/28 -all',
    'mx a:mx.old.example -all',
  ])('passes with %s', async text => {
    const world = [spf(text), 'other.example MX 300 10 mx.old.example.'];
    expect(await check({ world })).toMatchObject({ status: 'pass' });
  });

  it('looks at what the plan makes of it', async () => {
    const order = { prepare: [edit('example.org TXT v=spf1 ip4:192.0.2.10 -all')] };
    expect(await check({ world: [spf('mx -all')], order })).toMatchObject({ status: 'pass' });
  });

  it('is skipped without SPF, and could not be tested in silence', async () => {
    expect(await check({})).toMatchObject({ status: 'skipped' });
    expect(await check({ world: ['example.org TXT !'] })).toMatchObject({
      status: 'could-not-test',
    });
  });
});

it('a closed network is told nothing', async () => {
  const order = { policy: { ...policy, mail: { ...mail, ask: false } } };
  expect(await found('spf-single-and-limit', { world: [spf('mx -all')], order })).toEqual([]);
});
