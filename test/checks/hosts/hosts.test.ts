import { describe, expect, it } from 'vitest';
import { hostFindings } from '../../../src/checks/hosts/hosts.ts';
import { type MailInput } from '../../../src/checks/input.ts';
import { type Plan } from '../../../src/cutover/plan.ts';
import { parseName } from '../../../src/dns/name.ts';
import { line } from '../../support/world.ts';
import { policy, surveyAt } from '../example.ts';
import { known, mail, mailInput, mailPlan } from '../mail-example.ts';

const two = ['10 mx1.new.example.', '20 mx2.new.example.'];
const good = ['mx1.new.example A 300 198.41.0.4', 'mx2.new.example AAAA 300 2001:503:ba3e::2:30'];

const found = async (
  plan: Plan,
  lines: readonly string[],
  changes: Partial<MailInput> = {},
): Promise<readonly string[]> =>
  (await hostFindings(mailInput(plan, { inquire: known(...lines), ...changes }))).map(
    ({ id, severity, status, subject }) => `${id} ${severity} ${status} ${subject}`,
  );

/** What one check says. */
const said = async (id: string, ...of: Parameters<typeof found>): Promise<readonly string[]> =>
  (await found(...of))
    .filter(text => text.startsWith(`${id} `))
    .map(text => text.slice(id.length + 1));

const move = 'example.org. MX move';

it('passes for two hosts with public addresses of their own', async () => {
  expect(await found(mailPlan(two), good)).toEqual([
    'new-mx-resolves blocker pass example.org',
    'new-mx-not-cname blocker pass example.org',
    'new-mx-not-ip-or-private blocker pass example.org',
    'new-mx-address-ttl info pass example.org',
    `new-set-shape warning pass ${move}`,
    `old-and-new-mixed blocker pass ${move}`,
    'target-name-is-current blocker skipped mx1.new.example',
    'glue-and-target-ttls info pass example.org',
  ]);
});

it('says once that nobody is asked, and nothing where no plan could ask', async () => {
  const off = mailPlan(two, {}, [line('example.org MX 60 10 mx.old.example.')]);
  const closed = { ...off, policy: { ...policy, mail: { ...mail, ask: false } } };
  const refuse = async (): Promise<never> => Promise.reject(new Error('nobody may be asked'));
  expect(await found(closed, [], { inquire: refuse })).toEqual([
    'new-mx-resolves blocker skipped example.org',
  ]);
  expect(await found({ ...off, policy }, [], { inquire: refuse })).toEqual([]);
  expect(await found(mailPlan(['0 .']), [])).toEqual([
    'new-mx-resolves blocker skipped example.org',
  ]);
});

describe('new-mx-resolves', () => {
  it.each([
    ['has no address', ['mx1.new.example A 300 198.41.0.4'], 'blocker fail mx2.new.example'],
    [
      'is not answered for',
      [good[0]!, 'mx2.new.example A !'],
      'blocker could-not-test mx2.new.example',
    ],
    [
      'is answered for over IPv6 only',
      [good[0]!, 'mx2.new.example A !', 'mx2.new.example AAAA 60 2001:503:ba3e::2:30'],
      'blocker could-not-test mx2.new.example',
    ],
  ])('a host that %s', async (_, lines, says) => {
    expect(await said('new-mx-resolves', mailPlan(two), lines)).toEqual([says]);
  });

  it('counts what the plan itself writes before the swap', async () => {
    const prepare = [
      {
        ...{ name: parseName('mx.example.org'), type: 'A', ttl: 60, where: 'test:1:1' },
        want: { is: 'set' as const, rdata: ['198.41.0.4'] },
      },
    ];
    const plan = mailPlan(['0 mx.example.org.'], { prepare });
    expect(await said('new-mx-resolves', plan, [])).toEqual(['blocker pass mx.example.org']);
    expect(await said('new-mx-resolves', mailPlan(['0 mx.example.org.']), [])).toEqual([
      'blocker fail mx.example.org',
    ]);
  });

  it('looks at all steps before the start, and at a gate at its own', async () => {
    const edit = { name: parseName('example.org'), type: 'MX', ttl: null, where: 'test:1:1' };
    const steps = ['gateway', 'new'].map(name => ({
      name,
      edits: [{ ...edit, want: { is: 'set' as const, rdata: [`10 mx.${name}.example.`] } }],
    }));
    const plan = mailPlan([], { steps });
    const lines = ['mx.gateway.example A 60 198.41.0.4'];
    expect(await said('new-mx-resolves', plan, lines)).toEqual(['blocker fail mx.new.example']);
    expect(await said('new-mx-resolves', plan, lines, { gate: true })).toEqual([
      'blocker pass mx.gateway.example',
    ]);
  });
});

describe('new-mx-not-cname', () => {
  const alias = ['mx.new.example CNAME 60 real.new.example.', 'real.new.example A 60 198.41.0.4'];
  const own = ['mx.example.org CNAME 60 real.new.example.', 'real.new.example A 60 198.41.0.4'];

  it('stops where the name is ours, and warns where it is a provider’s', async () => {
    expect(await said('new-mx-not-cname', mailPlan(['0 mx.new.example.']), alias)).toEqual([
      'warning warn mx.new.example',
    ]);
    expect(await said('new-mx-not-cname', mailPlan(['0 mx.example.org.']), own)).toEqual([
      'blocker fail mx.example.org',
    ]);
  });

  it('cannot tell without an answer', async () => {
    const mute = ['mx.example.org A !', 'mx.example.org AAAA !'];
    expect(await said('new-mx-not-cname', mailPlan(['0 mx.example.org.']), mute)).toEqual([
      'blocker could-not-test mx.example.org',
    ]);
  });
});

describe('new-mx-not-ip-or-private', () => {
  const id = 'new-mx-not-ip-or-private';
  const plan = mailPlan(['0 mx.new.example.']);

  it.each(['10.0.0.5', '127.0.0.1', '169.254.1.1', '192.0.0.8', '100.64.3.2', '224.0.0.1'])(
    'stops at %s',
    async address => {
      expect(await said(id, plan, [`mx.new.example A 60 ${address}`])).toEqual([
        'blocker fail mx.new.example',
      ]);
    },
  );

  it('and at fd00::1, unless the configuration allows it', async () => {
    const lines = ['mx.new.example AAAA 60 fd00::1'];
    expect(await said(id, plan, lines)).toEqual(['blocker fail mx.new.example']);
    const allowed = { ...plan.policy, mail: { ...mail, allowPrivate: true } };
    expect(await said(id, { ...plan, policy: allowed }, lines)).toEqual([
      'blocker pass mx.new.example',
    ]);
  });

  it('stops at an address in place of a name, without asking for it', async () => {
    // Such data cannot be written with this product; a plan of another hand could hold it.
    const base = mailPlan(['0 mx.new.example.']);
    const tracks = base.tracks.map(track => ({
      ...track,
      positions: track.positions.map((value, index) =>
        value === null || index < 2 ? value : { ...value, rdata: ['0 192.0.2.1.'] },
      ),
    }));
    expect(await said(id, { ...base, tracks }, [])).toEqual(['blocker fail 192.0.2.1']);
    expect(await said('new-mx-resolves', { ...base, tracks }, [])).toEqual([]);
  });

  it('cannot tell without an answer', async () => {
    expect(await said(id, plan, ['mx.new.example A !'])).toEqual([
      'blocker could-not-test mx.new.example',
    ]);
  });
});

it('new-mx-address-ttl tells of a long TTL of a host of ours, and is a warning when asked for', async () => {
  const id = 'new-mx-address-ttl';
  const lines = ['mx.example.org A 86400 198.41.0.4', 'mx.new.example A 86400 198.41.0.4'];
  const plan = mailPlan(['0 mx.example.org.']);
  expect(await said(id, plan, lines)).toEqual(['info pass mx.example.org']);
  const raised = { ...plan, policy: { ...plan.policy, severity: { [id]: 'warning' as const } } };
  expect(await said(id, raised, lines)).toEqual(['warning warn mx.example.org']);
  expect(await said(id, mailPlan(['0 mx.new.example.']), lines)).toEqual([
    'info pass mx.new.example',
  ]);
  expect(await said(id, plan, ['mx.example.org A !'])).toEqual(['info skipped mx.example.org']);
});

describe('new-set-shape', () => {
  const tenant = '0 example-org.mail.protection.outlook.com.';

  it.each([
    ['a host twice', ['10 mx1.new.example.', '20 mx1.new.example.'], good],
    [
      'more than five addresses',
      ['10 mx1.new.example.'],
      [`mx1.new.example A 60 ${[1, 2, 3, 4, 5, 6].map(n => `198.41.0.${n}`).join(' | ')}`],
    ],
    ['a second host beside that of Microsoft', [tenant, '10 mx1.new.example.'], good],
  ])('warns of %s', async (_, set, lines) => {
    expect(await said('new-set-shape', mailPlan(set), lines)).toEqual([`warning warn ${move}`]);
  });

  it('says how many addresses of a host are not talked to', async () => {
    const many = Array.from({ length: 9 }, (_, n) => `198.41.0.${n + 1}`).join(' | ');
    const inquire = known(`mx1.new.example A 60 ${many}`);
    const findings = await hostFindings(mailInput(mailPlan(['10 mx1.new.example.']), { inquire }));
    const shape = findings.find(({ id }) => id === 'new-set-shape');
    expect(shape!.summary).toContain('has 9 addresses; no more than 8 of each family');
  });

  it('takes the host of Microsoft alone', async () => {
    expect(await said('new-set-shape', mailPlan([tenant]), [])).toEqual([`warning pass ${move}`]);
  });
});

describe('old-and-new-mixed', () => {
  const id = 'old-and-new-mixed';
  const both = ['10 mx1.new.example.', '20 mx.old.example.'];

  it('stops a direct move, and is told where both are one mail system', async () => {
    const plan = mailPlan(both);
    expect(await said(id, plan, good)).toEqual([`blocker fail ${move}`]);
    const staged = { ...plan, policy: { ...plan.policy, strategy: 'staged' as const } };
    expect(await said(id, staged, good)).toEqual([`info pass ${move}`]);
  });

  it('takes a set that only loses hosts', async () => {
    const before = [line('example.org MX 60 10 mx.old.example. | 20 mx1.new.example.')];
    expect(await said(id, mailPlan(['10 mx1.new.example.'], {}, before), good)).toEqual([
      `blocker pass ${move}`,
    ]);
  });
});

describe('target-name-is-current', () => {
  const id = 'target-name-is-current';
  const host = 'example-org.mail.protection.outlook.com';
  const plan = mailPlan([`0 ${host}.`]);

  it.each([
    ['passes for a host that is there', [`${host} A 60 198.41.0.4`], `blocker pass ${host}`],
    ['stops at one that is not', [], `blocker fail ${host}`],
    ['cannot tell without an answer', [`${host} A !`], `blocker could-not-test ${host}`],
  ])('%s', async (_, lines, says) => {
    expect(await said(id, plan, lines)).toEqual([says]);
  });

  it('stops at names of a form that nobody has', async () => {
    const odd = 'a.b.c.mx.microsoft';
    expect(await said(id, mailPlan([`0 ${odd}.`]), [`${odd} A 60 198.41.0.4`])).toEqual([
      `blocker fail ${odd}`,
    ]);
  });
});

describe('glue-and-target-ttls', () => {
  const id = 'glue-and-target-ttls';
  const own = [
    line('example.org MX 60 10 mx.example.org.'),
    line('mx.example.org A 900 198.41.0.9'),
  ];
  const lines = ['mx.example.org A 900 198.41.0.9', 'mx.new.example A 120 198.41.0.4'];
  const delegation = {
    ...surveyAt(0).delegation,
    glue: [{ name: 'mx.example.org.', address: '198.41.0.9', ttl: 172_800 }],
  };

  it('tells how long addresses are cached, and which of them the zone above has', async () => {
    const plan = mailPlan(['0 mx.new.example.'], {}, own);
    const input = mailInput(plan, { inquire: known(...lines) });
    const findings = await hostFindings({ ...input, survey: { ...input.survey, delegation } });
    const [told] = findings.filter(finding => finding.id === id);
    expect(told).toMatchObject({ status: 'pass', severity: 'info' });
    expect(told?.summary).toContain('old mx.example.org 900 s (15 min); new mx.new.example 120 s');
    expect(told?.summary).toContain('mx.example.org. 198.41.0.9 (172800 s (48 h))');
  });

  it('warns when the plan takes the address of an old host away', async () => {
    const step = {
      name: 'move',
      edits: [
        {
          ...{ name: parseName('example.org'), type: 'MX', ttl: null, where: 'test:1:1' },
          want: { is: 'set' as const, rdata: ['0 mx.new.example.'] },
        },
        {
          ...{ name: parseName('mx.example.org'), type: 'A', ttl: null, where: 'test:2:1' },
          want: { is: 'absent' as const },
        },
      ],
    };
    const plan = mailPlan([], { steps: [step] }, own);
    expect(await said(id, plan, lines)).toEqual(['warning warn example.org']);
  });
});
