import { afterEach, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { type Account } from '../../providers/account.ts';
import { google } from '../../providers/google/google.ts';
import { googleSchema } from '../../providers/google/settings.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { fresh, never } from './backend.ts';
import { type GoogleDouble, type GoogleOptions, googleDouble } from './doubles/google.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { apex, seeds, withEnv } from './google-backend.ts';

let double: GoogleDouble | null = null;
afterEach(async () => {
  await double?.stop();
  double = null;
});

async function open(options: Partial<GoogleOptions> = {}): Promise<GoogleDouble> {
  double = await googleDouble({
    ...{ zones: [{ apex, sets: seeds(apex) }], mischief: { rate: 0 } },
    ...options,
  });
  return double;
}

interface Body {
  readonly error?: {
    readonly message: string;
    readonly errors: readonly { readonly reason: string; readonly message: string }[];
  };
  readonly rrsets?: readonly unknown[];
  readonly nextPageToken?: string;
}

async function ask(at: GoogleDouble, path: string, body?: unknown) {
  return askWith(at.accessToken, { at, path, body });
}

async function askWith(
  token: string,
  { at, path, body }: { at: GoogleDouble; path: string; body?: unknown },
) {
  const reply = await fetch(
    `${at.url}/dns/v1/projects/${at.project}/managedZones/${at.managedZone(apex)}/${path}`,
    {
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    },
  );
  return { status: reply.status, body: (await reply.json()) as Body };
}

const mx = (ttl: number, ...rrdatas: readonly string[]) => ({
  ...{ name: apex, type: 'MX', ttl, rrdatas },
});
const there = mx(300, '10 Mx1.example.net.');

it.each<[string, object, readonly [number, string]]>([
  ['another TTL', { deletions: [{ ...there, ttl: 301 }] }, [412, 'conditionNotMet']],
  ['another case', { deletions: [mx(300, '10 mx1.example.net.')] }, [412, 'conditionNotMet']],
  [
    'an absent set',
    { deletions: [{ ...there, type: 'A', rrdatas: ['192.0.2.1'] }] },
    [404, 'notFound'],
  ],
  ['a set that is there', { additions: [mx(60, '0 new.example.net.')] }, [409, 'alreadyExists']],
  ['no change at all', {}, [400, 'required']],
  ['a host without its dot', { additions: [mx(60, '0 new.example.net')] }, [400, 'invalid']],
  ['no data', { additions: [mx(60)] }, [400, 'invalid']],
  ['a name elsewhere', { additions: [{ ...there, name: 'b.example.' }] }, [400, 'invalid']],
  ['a negative TTL', { additions: [mx(-1, '0 .')] }, [400, 'invalid']],
  [
    'a long string',
    { additions: [{ name: apex, type: 'TXT', ttl: 1, rrdatas: [`"${'x'.repeat(256)}"`] }] },
    [400, 'invalid'],
  ],
])('refuses %s and changes nothing', async (_, change, refusal) => {
  const at = await open();
  at.hold(apex, there);
  const before = JSON.stringify(at.held(apex));
  const reply = await ask(at, 'changes', change);
  expect([reply.status, reply.body.error?.errors[0]?.reason]).toEqual(refusal);
  expect(JSON.stringify(at.held(apex))).toBe(before);
  expect(at.writes(apex)).toBe(1);
});

it('names the items of a change by number and by name, in turn', async () => {
  const at = await open();
  at.hold(apex, there);
  const said = [];
  for (let time = 0; time < 2; time++)
    said.push(
      (await ask(at, 'changes', { deletions: [{ ...there, ttl: 1 }] })).body.error?.message,
    );
  expect(said.toSorted()).toEqual([
    "Precondition not met for 'entity.change.deletions[0]'",
    "Precondition not met for 'entity.change.deletions[alpha.example.][MX]'",
  ]);
});

it('refuses what no token opens, and a change beyond its quota', async () => {
  const at = await open({ perChange: 1 });
  expect((await askWith('another', { at, path: 'rrsets' })).status).toBe(401);
  const additions = ['a', 'b'].map(label => ({ ...there, name: `${label}.${apex}` }));
  const reply = await ask(at, 'changes', { additions });
  expect([reply.status, reply.body.error?.errors[0]?.reason]).toEqual([403, 'quotaExceeded']);
});

it('lists in pages', async () => {
  const at = await open({ pageSize: 10 });
  const sizes: (number | undefined)[] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const { body }: { body: Body } = await ask(at, `rrsets?pageToken=${token || 'page-0'}`);
    sizes.push(body.rrsets?.length);
    token = body.nextPageToken;
  }
  expect(sizes).toEqual([10, 10, 2]);
});

it('publishes later than its API shows, and tells who listens', async () => {
  const at = await open({ zones: [{ apex, sets: [] }], lagMs: 20 });
  const heard: string[] = [];
  const published = new Promise<void>(resolve =>
    at.subscribe(zone => {
      heard.push(zone);
      resolve();
    }),
  );
  const set = rrset({ name: apex, type: 'MX', ttl: 60, rdata: ['0 .'] });
  at.edit(apex, set, set);
  expect(at.held(apex)).toHaveLength(3);
  expect(at.published(apex)).toEqual([]);
  await published;
  expect([heard, at.published(apex)]).toEqual([[apex], [set]]);
});

it('asks with the urgency of its caller, for the zone as well', async () => {
  const at = await open();
  const restore = withEnv(at.env);
  const turns: string[] = [];
  const account: Account = {
    turn: async urgency => {
      turns.push(urgency);
    },
    rest: () => undefined,
  };
  const environment = providerEnvironment({ account: () => account });
  const settings = { endpoint: at.url, project: at.project };
  const provider = await google('cloud', settings, environment);
  try {
    const set = rrset({ name: apex, type: 'MX', ttl: 60, rdata: ['0 .'] });
    await provider.write([{ from: null, to: fresh(set) }], never(), 'rollback');
    expect(turns).toEqual(['rollback', 'rollback']);
    await provider.read(set, never());
    expect(turns.at(-1)).toBe('usual');
  } finally {
    restore();
  }
});

it.each([
  ['https://dns.googleapis.com', true],
  ['https://dns-xyz.p.googleapis.com:8443/', true],
  ['http://127.0.0.1:8080', true],
  ['http://[::1]:8080', true],
  ['http://localhost', true],
  ['http://dns.googleapis.com', false],
  ['http://127.0.0.1.example.org', false],
  ['https://user:secret@dns.googleapis.com', false],
  ['https://dns.googleapis.com/path', false],
  ['dns.googleapis.com', false],
])('takes the endpoint %s: %s', (endpoint, taken) => {
  expect(Value.Check(googleSchema, { endpoint })).toBe(taken);
});

it('takes names of projects and managed zones, and no other keys', () => {
  for (const project of ['mail-dns-4711', 'example.com:dns-prod'])
    expect(Value.Check(googleSchema, { project, zone: 'example-org' })).toBe(true);
  for (const settings of [
    ...[{ project: '471100001' }, { project: 'My Project' }, { zone: 'example.org' }],
    ...[{ zone: 'Example' }, { key: 'x' }],
  ])
    expect(Value.Check(googleSchema, settings)).toBe(false);
});
