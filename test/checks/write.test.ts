import { describe, expect, it } from 'vitest';
import { writeFindings, type WriteInput } from '../../src/checks/write.ts';
import { blocks, type Acceptance, type Finding } from '../../src/cutover/finding.ts';
import { keyText } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Move } from '../../src/provider.ts';
import { claim, plan, planWith, surveyAt } from './example.ts';
import { at, double, type Double } from './write-double.ts';

const said = async (input: WriteInput) =>
  (await writeFindings(input)).map(({ id, severity, status, subject }) =>
    [id, severity, status, subject].join(' '),
  );

/** `example.org. MX 3600>300`, with the records left out. */
const brief = (moves: readonly Move[]): string =>
  moves
    .map(({ from, to }) => {
      const { name, type } = (to ?? from)!.rrset;
      return `${name} ${type} ${from?.rrset.ttl ?? '-'}>${to?.rrset.ttl ?? '-'}`;
    })
    .join(', ');

const isMx = (moves: readonly Move[]) => moves.some(({ to }) => to?.rrset.type === 'MX');
const fine = [
  'provider-write-dry-run blocker pass onprem',
  'rollback-writable blocker pass onprem',
];

describe('what is asked', () => {
  it('before the start: claim, prepare records, low TTL, swap, rollback', async () => {
    const { provider, asked } = double();
    expect(await said(at(0, provider))).toEqual(fine);
    expect(asked.map(brief)).toEqual([
      '_dns-cutover.example.org. TXT ->60',
      's1._domainkey.example.org. TXT ->300',
      'example.org. TXT 7200>300, example.org. MX 3600>300',
      'example.org. TXT 7200>300, example.org. MX 3600>300',
      'example.org. MX 300>300',
    ]);
    const lows = plan.tracks.map(({ positions }) => positions[1]?.rdata);
    expect(asked[2]!.map(({ to }) => to?.rrset.rdata)).toEqual([lows[0], lows[2]]);
    expect(asked[4]![0]).toMatchObject({
      from: {
        rrset: { rdata: ['10 mx.old.example.', '20 mx2.old.example.', '5 mx.new.example.'] },
      },
      to: { rrset: { rdata: ['10 mx.old.example.', '20 mx2.old.example.'] } },
    });
  });

  it('without claims no claim', async () => {
    const { provider, asked } = double();
    await writeFindings(at(0, provider, { plan: planWith({ claim: false }) }));
    expect(asked.map(brief)[0]).toBe('s1._domainkey.example.org. TXT ->300');
  });

  it('the claim is not made lower than the floor of the provider', async () => {
    const { provider, asked } = double({ promises: { minTtl: 120 } });
    await writeFindings(at(0, provider));
    expect(asked.map(brief)[0]).toBe('_dns-cutover.example.org. TXT ->120');
  });

  it('at the gate of a step its swap and its rollback, the MX alone', async () => {
    const { provider, asked } = double();
    expect(await said(at(2, provider))).toEqual(fine);
    expect(asked.map(brief)).toEqual([
      'example.org. TXT 300>300, example.org. MX 300>300',
      'example.org. MX 300>300',
      'example.org. TXT 300>300',
    ]);
    expect(asked[1]![0]!.from!.rrset.rdata).toEqual(['5 mx.new.example.']);
    expect(asked[1]![0]!.to!.rrset.rdata).toContain('10 mx.old.example.');
  });

  it('one by one where sets do not land together', async () => {
    const { provider, asked } = double({ promises: { atomicSets: false } });
    await writeFindings(at(2, provider));
    expect(asked.map(brief)).toEqual([
      'example.org. TXT 300>300',
      'example.org. MX 300>300',
      'example.org. MX 300>300',
      'example.org. TXT 300>300',
    ]);
  });

  it('keeps what the provider holds besides', async () => {
    const { provider, asked } = double();
    const hosted = Object.fromEntries(
      Object.entries(surveyAt(2).hosted).map(([key, value]) => [
        key,
        value === null ? null : { ...value, extras: { comment: key }, token: 'etag' },
      ]),
    );
    await writeFindings(at(2, provider, { hosted }));
    for (const { from, to } of asked.flat())
      for (const side of [from, to])
        expect(side).toMatchObject({
          extras: { comment: keyText(side!.rrset) },
          token: 'etag',
        });
  });

  it('nothing when the step has swapped', async () => {
    const { provider, asked } = double();
    const findings = await said(at(2, provider, { hosted: surveyAt(3).hosted }));
    expect(findings[0]).toBe('provider-write-dry-run blocker skipped onprem');
    expect(asked.map(brief)).toEqual(['example.org. MX 300>300', 'example.org. TXT 300>300']);
  });
});

describe('what the answers mean', () => {
  const denied = new Fault('UNAUTHORIZED', 'REFUSED: update denied', {
    where: '192.0.2.53',
    fix: 'Grant the key the name.',
  });
  const gate = (double: Double['answer']) => ({ answer: double ?? (() => 'yes' as const) });

  it.each([
    ['UNAUTHORIZED', 'fail'],
    ['UNSUPPORTED', 'fail'],
    ['NOT_FOUND', 'fail'],
    ['CONFLICT', 'fail'],
    ['UNAVAILABLE', 'could-not-test'],
    ['RATE_LIMITED', 'could-not-test'],
    ['MALFORMED', 'could-not-test'],
  ] as const)('%s of the swap is %s', async (code, status) => {
    const { provider } = double(gate(() => new Fault(code, 'said the server')));
    const findings = await writeFindings(at(2, provider));
    const [swap] = findings;
    expect(swap).toMatchObject({
      ...{ id: 'provider-write-dry-run', severity: 'blocker', status },
      subject: 'swap new: example.org. TXT, example.org. MX',
    });
    expect(swap?.observed).toBe(`${code} said the server`);
    expect(swap?.remedy).toMatch(/\.$/);
    expect(swap?.consequence).toMatch(/\.$/);
  });

  it('the words and the way out of the server are told', async () => {
    const { provider } = double({ answer: moves => (isMx(moves) ? denied : 'yes') });
    const [swap, mx, ...more] = await writeFindings(at(2, provider));
    expect(swap).toMatchObject({
      summary: 'onprem would refuse this write: REFUSED: update denied.',
      observed: 'UNAUTHORIZED 192.0.2.53: REFUSED: update denied',
      remedy: 'Grant the key the name.',
    });
    expect(mx).toMatchObject({ subject: 'rollback: example.org. MX', status: 'fail' });
    expect(more).toEqual([]);
  });

  it('a rollback that starts from what is not there yet cannot be told beforehand', async () => {
    const swapped = (moves: readonly Move[]) =>
      moves[0]?.from?.rrset.rdata[0] === '5 mx.new.example.';
    const conflict = new Fault('CONFLICT', 'not what it was');
    const { provider } = double({ answer: moves => (swapped(moves) ? conflict : 'yes') });
    expect(await said(at(2, provider))).toEqual([
      'provider-write-dry-run blocker pass onprem',
      'rollback-writable info pass onprem',
    ]);
  });

  /** A provider that refuses some ways forward and cannot tell about any way back. */
  const blindBack = (refuses: (moves: readonly Move[]) => boolean, fault: Fault) =>
    double({
      answer: moves => {
        if (moves[0]?.from?.rrset.rdata.includes('5 mx.new.example.') === true)
          return 'cannot-tell';
        return refuses(moves) ? fault : 'cannot-tell';
      },
    }).provider;
  const gateBlocks = (findings: readonly Finding[], accepted: readonly Acceptance[] = []) =>
    findings.filter(finding => blocks(finding, accepted)).map(({ id }) => id);

  it('a rollback that nobody could be asked for was not looked at, and says so', async () => {
    const findings = await writeFindings(
      at(
        2,
        blindBack(() => false, denied),
      ),
    );
    expect(findings[1]).toMatchObject({ id: 'rollback-writable', status: 'skipped' });
    expect(findings[1]?.summary).toMatch(/^Not known before the swap: onprem cannot tell/);
    expect(gateBlocks(findings)).toEqual([]);
  });

  it.each(['UNAUTHORIZED', 'UNSUPPORTED'] as const)(
    'what refuses the way forward (%s) speaks against the way back of the same RRset',
    async code => {
      const provider = blindBack(isMx, new Fault(code, 'not for you'));
      const findings = await writeFindings(at(2, provider));
      expect(findings.map(({ id, status }) => `${id} ${status}`)).toEqual([
        'provider-write-dry-run fail',
        'rollback-writable could-not-test',
      ]);
      expect(findings[1]?.summary).toContain('the way back needs the same right');
      expect(gateBlocks(findings)).toEqual(['provider-write-dry-run']);
      const accepted = { id: 'provider-write-dry-run', subject: null, reason: 'known' };
      expect(gateBlocks(findings, [accepted])).toEqual([]);
    },
  );

  it('what refuses only another RRset, or says something else, leaves the way back unknown', async () => {
    const claimOnly = (moves: readonly Move[]) =>
      moves[0]?.to?.rrset.rdata[0] === '"dns-cutover run=none"';
    for (const provider of [
      blindBack(claimOnly, denied),
      blindBack(isMx, new Fault('NOT_FOUND', 'no such zone')),
    ]) {
      const findings = await writeFindings(at(0, provider));
      const last = findings.at(-1);
      expect(last).toMatchObject({ id: 'rollback-writable', status: 'skipped' });
      expect(gateBlocks(findings)).not.toContain('rollback-writable');
      expect(gateBlocks(findings)).toContain('provider-write-dry-run');
    }
  });

  it('cannot-tell is said, and stops nobody', async () => {
    const { provider } = double({ answer: moves => (isMx(moves) ? 'cannot-tell' : 'yes') });
    const findings = await writeFindings(at(2, provider));
    expect(findings.map(({ severity, status }) => `${severity} ${status}`)).toEqual([
      'info pass',
      'info pass',
    ]);
    expect(findings[1]?.summary).toContain('cannot tell beforehand for rollback: example.org. MX');
  });

  it('a claim that cannot be read could not be tested', async () => {
    const { provider, asked } = double({ read: () => new Fault('UNAVAILABLE', 'no answer') });
    // One that nobody saw needs no reading: the request is spared.
    expect(await said(at(0, provider))).toEqual(fine);
    asked.length = 0;
    const claimed = at(0, provider, { claim: claim('"dns-cutover run=beef host=h"') });
    expect(await said(claimed)).toEqual([
      'provider-write-dry-run blocker could-not-test claim: _dns-cutover.example.org. TXT',
      'rollback-writable blocker could-not-test rollback: example.org. MX',
    ]);
    expect(asked).toEqual([]);
  });

  it('a provider that is not heard is asked once', async () => {
    const { provider, asked } = double({ answer: () => new Fault('UNAVAILABLE', 'no answer') });
    expect(await said(at(0, provider))).toEqual([
      'provider-write-dry-run blocker could-not-test claim: _dns-cutover.example.org. TXT',
      'rollback-writable blocker could-not-test rollback: example.org. MX',
    ]);
    expect(asked.length).toBe(1);
  });

  it('severities of the configuration apply', async () => {
    const { provider } = double({ answer: () => denied });
    const lenient = planWith({ severity: { 'rollback-writable': 'warning' } });
    const findings = await said(at(2, provider, { plan: lenient }));
    expect(findings.slice(1)).toEqual([
      'rollback-writable warning warn rollback: example.org. MX',
      'rollback-writable warning warn rollback: example.org. TXT',
    ]);
  });

  it.each(['ABORTED', 'STORE', 'LEASE_LOST', 'BUG'] as const)('%s is no finding', async code => {
    const { provider } = double({ answer: () => new Fault(code, 'ours') });
    await expect(writeFindings(at(2, provider))).rejects.toMatchObject({ code });
  });
});
