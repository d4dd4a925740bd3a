import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { around, cutover, inFolder, load, NOW, problemsOf, records } from './load.ts';

describe('a short file', () => {
  it('means what section after section of the documentation says', async () => {
    const { orders, providers } = await load(cutover(''));
    expect(providers).toMatchObject({
      onprem: { type: 'rfc2136', settings: { server: '192.0.2.53', port: 53 } },
    });
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({
      domain: 'example.org.',
      provider: 'onprem',
      prepare: [],
      afterwards: [],
      authority: { replace: [], add: [], lookups: [], trustAnchors: [] },
      steps: [
        {
          name: 'swap',
          edits: [
            {
              name: 'example.org.',
              type: 'MX',
              want: { is: 'set', rdata: ['0 mx.new.example.'] },
              ttl: null,
            },
          ],
        },
      ],
    });
    const { timeZone, ...schedule } = orders[0]!.policy.schedule;
    expect(timeZone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(schedule).toEqual({ swapFrom: null, swapUntil: null, freeze: [] });
    expect({ ...orders[0]?.policy, schedule: null }).toEqual({
      ttl: { low: 300, final: null, restoreAfter: 86_400, margin: 300, lag: 900, history: null },
      schedule: null,
      approval: 'required',
      attest: [],
      watch: { resolvers: 'default', target: 95, atMost: 86_400, canary: false },
      accept: [],
      severity: {},
      mail: { ask: true, recipients: [], port: 25, allowPrivate: false, every: 60, witnesses: [] },
      rollback: { automatic: 7200, settleAfter: 86_400 },
      afterwards: 604_800,
      retire: { after: 259_200, old: 'refuses' },
      claim: true,
    });
  });

  it('finds secrets beside itself, wherever it is read from', async () => {
    await inFolder(async folder => {
      const file = join(folder, 'c.yaml');
      await writeFile(file, cutover(''));
      const { providers } = await loadConfig(file, NOW);
      expect(providers['onprem']?.settings).toMatchObject({
        key: { secretFile: join(folder, 's') },
      });
    });
  });
});

it('reads values as authors write them', async () => {
  const { orders } = await load(
    records(
      '{ name: \'@\', type: txt, remove: [v=spf1 mx -all], add: [\'"v=spf1 " "-all"\'] }',
      "{ name: '*', type: A, set: [192.0.2.2, 192.0.2.1], ttl: 1h }",
      '{ name: 365, type: A, absent: true }'.replace('365', "'365'"),
      '{ name: Mail.Example.Org., type: AAAA, set: [2001:DB8:0::1] }',
      "{ name: bücher, type: TYPE15, set: ['10 MX.example'] }",
    ),
  );
  const edits = orders[0]?.steps[0]?.edits.map(({ name, type, want, ttl }) => ({
    key: `${name} ${type}`,
    ...want,
    ttl,
  }));
  expect(edits).toEqual([
    {
      key: 'example.org. TXT',
      is: 'edit',
      remove: ['"v=spf1 mx -all"'],
      add: ['"v=spf1 " "-all"'],
      ttl: null,
    },
    { key: '*.example.org. A', is: 'set', rdata: ['192.0.2.2', '192.0.2.1'], ttl: 3600 },
    { key: '365.example.org. A', is: 'absent', ttl: null },
    { key: 'mail.example.org. AAAA', is: 'set', rdata: ['2001:db8::1'], ttl: null },
    { key: 'xn--bcher-kva.example.org. MX', is: 'set', rdata: ['10 mx.example.'], ttl: null },
  ]);
  expect(orders[0]?.steps[0]?.edits[1]?.where).toMatch(/c\.yaml:8:9$/);
});

it('takes a domain in any script, and finds it again in any spelling', async () => {
  const config = await load(cutover('').replace('example.org', 'bücher.example'));
  expect(config.find('BÜCHER.example').domain).toBe('xn--bcher-kva.example.');
  expect(config.find('xn--bcher-kva.example.').domain).toBe('xn--bcher-kva.example.');
});

it('names the domains there are to who asks for another', async () => {
  const config = await load(cutover(''));
  const near = { code: 'USAGE', fix: 'Did you mean example.org?' };
  expect(() => config.find('exmaple.org')).toThrow(expect.objectContaining(near));
  const far = { code: 'USAGE', fix: 'Name one of its domains: example.org.' };
  expect(() => config.find('..')).toThrow(expect.objectContaining(far));
});

it('lets a step put other records in the place of a CNAME', async () => {
  const { orders } = await load(
    around(`domain: example.org
provider: onprem
steps:
  - { name: one, records: [{ name: a, type: CNAME, set: [b.example] }] }
  - { name: two, records: [{ name: a, type: A, set: [192.0.2.1] }, { name: a, type: CNAME, absent: true }] }`),
  );
  expect(orders[0]?.steps.map(({ name }) => name)).toEqual(['one', 'two']);
});

describe('a window', () => {
  const config = (keys: string) => load(cutover(`schedule: { timeZone: Europe/Berlin, ${keys} }`));

  it('is made of local times', async () => {
    const { orders } = await config(
      'swapFrom: 2026-12-05T06:00:00, swapUntil: 2026-12-05T08:00:00',
    );
    expect(orders[0]?.policy.schedule).toMatchObject({
      swapFrom: Date.parse('2026-12-05T05:00:00Z'),
      swapUntil: Date.parse('2026-12-05T07:00:00Z'),
    });
  });

  it.each([
    ['swapFrom: 2026-11-01T06:00:00, swapUntil: 2026-11-01T08:00:00', '7:84', 'in the past'],
    ['swapUntil: 2026-11-01T08:00:00', '7:53', 'in the past'],
    ['swapFrom: 2025-12-05T06:00:00', '7:52', 'in the past'],
    ['swapUntil: 2026-11-21T01:05:00', '7:53', 'too soon'],
  ])('that is over forbids a start, and only that: %s', async (keys, where, words) => {
    const read = await config(keys);
    expect(read.find('example.org').domain).toBe('example.org.');
    const check = async (): Promise<void> => {
      read.refuseOverdue('example.org');
    };
    const problems = await problemsOf(check());
    expect(problems.map(problem => problem.where)).toEqual([where]);
    expect(problems[0]?.found).toContain(words);
    expect(() => {
      read.refuseOverdue();
    }).toThrow(expect.objectContaining({ code: 'CONFIG' }));
  });

  it('that is open or to come forbids nothing', async () => {
    const open = await config('swapFrom: 2026-11-20T06:00:00, swapUntil: 2026-11-22T06:00:00');
    open.refuseOverdue();
    expect(open.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('the window is open already'),
    );
    (await config('swapFrom: 2026-12-05T06:00:00')).refuseOverdue('example.org');
  });

  it('has to be long enough for every step', async () => {
    const steps = (until: string) =>
      problemsOf(
        load(
          around(`domain: example.org
provider: onprem
schedule: { swapFrom: 2026-12-05T06:00:00Z, swapUntil: 2026-12-05T${until}Z }
steps:
  - { name: one, records: [{ name: '@', type: MX, set: [0 a.example] }] }
  - { name: two, records: [{ name: '@', type: MX, set: [0 b.example] }] }`),
        ),
      );
    // Twice lag and a minute, and low TTL and margin between the two: 42 minutes.
    expect(await steps('06:42:00')).toEqual([]);
    expect(await steps('06:41:00')).toMatchObject([{ where: '6:60', found: 'a window of 41m' }]);
  });
});

describe('warnings', () => {
  const said = async (text: string): Promise<readonly string[]> =>
    (await load(text)).warnings.map(
      ({ where, message }) => `${where.replace(/^.*c\.yaml:/, '')} ${message}`,
    );

  it('are none where there is nothing to say', async () => {
    expect(await said(cutover(''))).toEqual([]);
  });

  it('tell of a low TTL that is not low', async () => {
    const lines = await said(cutover('watch: { resolvers: none }\nttl: { low: 2h }'));
    expect(lines).toEqual([expect.stringMatching(/^8:17 a low TTL of 7200 s/)]);
  });

  it('tell of accepted findings that no check has', async () => {
    await inFolder(async folder => {
      const file = join(folder, 'c.yaml');
      await writeFile(
        file,
        cutover('checks: { accept: [{ id: ttl-histroy-unknown, reason: x }] }'),
      );
      const { warnings, orders } = await loadConfig(file, NOW, {
        findings: ['ttl-history-unknown'],
      });
      expect(warnings[0]).toMatchObject({ fix: 'Did you mean ttl-history-unknown?' });
      expect(orders[0]?.policy.accept).toEqual([
        { id: 'ttl-histroy-unknown', subject: null, reason: 'x' },
      ]);
    });
  });
});

describe('severities', () => {
  const written = async (severity: string) =>
    inFolder(async folder => {
      const file = join(folder, 'c.yaml');
      await writeFile(file, cutover(`checks: { severity: { ${severity} } }`));
      return loadConfig(file, NOW, { findings: ['ttl-history-unknown', 'mx-is-explicit'] });
    });

  it('are taken by id', async () => {
    const { orders } = await written('ttl-history-unknown: warning, mx-is-explicit: blocker');
    expect(orders[0]?.policy.severity).toEqual({
      'ttl-history-unknown': 'warning',
      'mx-is-explicit': 'blocker',
    });
  });

  it.each([
    ['mx-is-explizit: blocker', 'Did you mean mx-is-explicit?'],
    ['mx-is-explizit: blocker', 'found "mx-is-explizit"'],
    ['nothing-like-it: blocker', 'help checks'],
    ['mx-is-explicit: fatal', 'blocker, warning or info'],
  ])('of a check that is none, or of a word that is none, are refused: %s', async (text, says) => {
    const refused = await written(text).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'CONFIG' });
    expect(JSON.stringify(refused) + String(refused)).toContain(says);
  });
});

describe('many', () => {
  const list = (count: number): string =>
    `providers: { onprem: { type: rfc2136, server: a.example, key: { name: k, algorithm: hmac-sha256, secretFile: s } } }
cutovers:
${Array.from({ length: count }, (_, index) => `- { domain: d${index}.example, provider: onprem, records: [{ name: '@', type: MX, set: [0 mx.example] }] }\n`).join('')}`;

  it('a thousand cutovers are read', async () => {
    expect((await load(list(1000))).orders).toHaveLength(1000);
  });

  it('twenty thousand are refused before any of them is looked at', async () => {
    const problems = await problemsOf(load(list(20_000)));
    expect(problems).toMatchObject([{ where: '10003:3', found: '20000 cutovers' }]);
  });

  it('a map of fifty thousand keys is no burden, and its first mistakes are shown', async () => {
    const keys = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1\n`).join('');
    await expect(load(keys)).rejects.toThrow('c.yaml:1:1: found the unknown key "k0"');
    await expect(load(keys)).rejects.toThrow(/… and \d+ more$/);
  });

  it('all mistakes of a file come in one run, in their order', async () => {
    const problems = await problemsOf(
      load(
        `${cutover('ttl: { low: 0, final: 5x }\nclaim: maybe')}  - { domain: a..b, provider: nobody, records: [{ name: '@', type: MX, set: [mx] }] }\n`,
      ),
    );
    const places = problems.map(({ where }) => where);
    expect(places).toEqual(['7:17', '7:27', '8:12', '9:15', '9:31']);
  });
});
