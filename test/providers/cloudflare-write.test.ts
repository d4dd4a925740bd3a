import { expect, it } from 'vitest';
import { UNLOCK_EMAIL_ROUTING, unlockingOf } from '../../providers/cloudflare/lock.ts';
import { parseName } from '../../src/dns/name.ts';
import { keyText, type RRset, rrset } from '../../src/dns/rrset.ts';
import { faultOf, fresh, never } from './backend.ts';
import { apex, seeds, withCloudflare } from './cloudflare-backend.ts';
import { type CloudflareDouble } from './doubles/cloudflare.ts';
import { succeed } from './doubles/cloudflare-errors.ts';

const key = { name: apex, type: 'MX' };
const mx = (ttl: number, ...rdata: readonly string[]): RRset => rrset({ ...key, ttl, rdata });
const old = mx(3600, '10 mx1.example.net.', '20 mx2.example.net.');
const zone = { apex, sets: [...seeds(apex), old] };
const ours = mx(60, '0 new.example.net.');

/** Bodies of the batches that were sent, and how they were answered. */
const batches = ({ log }: CloudflareDouble) =>
  log
    .filter(({ request }) => request.path.endsWith('/batch'))
    .map(({ request, status }) => ({ body: JSON.parse(request.body) as unknown, status }));
const held = (double: CloudflareDouble) =>
  double
    .records(apex)
    .filter(({ type }) => type === 'MX')
    .map(({ id, content, priority, ttl, comment, tags }) => {
      return { id, content, priority, ttl, comment, tags };
    });

it('asks in the words of the API: exact lists, one batch, nothing twice', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const [one, two] = held(double);
    const from = await provider.read(key, never());
    await provider.write([{ from, to: fresh(ours) }], never());
    const asked = double.log.map(({ request }) => {
      return `${request.method} ${request.path} ${decodeURIComponent(request.query.toString())}`;
    });
    const records = `/client/v4/zones/${double.zoneId(apex)}/dns_records`;
    const list = `GET ${records} type=MX&name.exact=alpha.example&page=1&per_page=100`;
    expect(asked).toEqual([
      'GET /client/v4/zones name=alpha.example&per_page=50',
      ...[list, list],
      `POST ${records}/batch `,
    ]);
    expect(batches(double)).toEqual([
      {
        body: {
          deletes: [{ id: two?.id }],
          patches: [{ id: one?.id, content: 'new.example.net', priority: 0, ttl: 60 }],
        },
        status: 200,
      },
    ]);
    expect(double.log[0]?.request.headers['authorization']).toBe(`Bearer ${double.token}`);
  }));

// An endpoint that passes over the unknown id would otherwise make the change by being asked about it.
it('asks whether it could be written without sending any of it', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    expect(await provider.writable([{ from, to: fresh(ours) }], never())).toBe('yes');
    expect(batches(double)).toEqual([{ body: { deletes: [{ id: '0'.repeat(32) }] }, status: 404 }]);
    double.answer(succeed([...double.records(apex)], {}), succeed({}, {}));
    const fault = await faultOf(provider.writable([{ from, to: null }], never()));
    expect([fault.code, fault.message]).toEqual(['UNAVAILABLE', expect.stringContaining('refuse')]);
    expect((await provider.read(key, never()))?.rrset).toEqual(old);
  }));

it('finds what is too large for one batch before it asks', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const moves = ['one', 'two', 'three'].map(label => {
      const rdata = Array.from({ length: 90 }, (_, at) => `${at} many.example.net.`);
      const name = parseName(`${label}.${apex}`);
      return { from: null, to: fresh(rrset({ name, type: 'MX', ttl: 60, rdata })) };
    });
    const fault = await faultOf(provider.writable(moves, never()));
    expect([fault.code, batches(double)]).toEqual(['UNSUPPORTED', []]);
  }));

it('sends nothing when nothing changes', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    const receipt = await provider.write([{ from, to: from }], never());
    expect(receipt.id).toBe('alpha.example unchanged');
    expect(batches(double)).toEqual([]);
  }));

it('gives auto, comments, tags and every TTL back after a way forward and back', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const [one, two] = held(double);
    double.patch(apex, one?.id ?? '', { ttl: 1, comment: 'the first', tags: ['team:mail'] });
    double.patch(apex, two?.id ?? '', { ttl: 120 });
    const before = held(double);
    const snapshot = await provider.read(key, never());
    expect(snapshot?.rrset.ttl).toBe(300);
    const lowered = mx(60, ...old.rdata);
    for (const to of [lowered, ours]) {
      const from = await provider.read(key, never());
      await provider.write([{ from, to: { ...fresh(to), extras: from?.extras ?? null } }], never());
      expect((await provider.read(key, never()))?.rrset).toEqual(to);
    }
    const from = await provider.read(key, never());
    await provider.write([{ from, to: snapshot }], never());
    expect((await provider.read(key, never()))?.rrset).toEqual(snapshot?.rrset);
    const bare = (records: typeof before) =>
      records.map(record => JSON.stringify({ ...record, id: '' })).sort();
    expect(bare(held(double))).toEqual(bare(before));
  }));

// The honest gap of a provider without preconditions, as long as the receipt says.
it('overwrites what was edited in place between list and batch, and says how long that could be', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    const [one] = held(double);
    double.aim(() => {
      double.patch(apex, one?.id ?? '', { content: 'foreign.example.com' });
    });
    const receipt = await provider.write([{ from, to: fresh(ours) }], never());
    expect((await provider.read(key, never()))?.rrset).toEqual(ours);
    expect(receipt.windowMs).toBeGreaterThan(0);
  }));

it('shows a record that somebody put beside ours between list and batch', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    double.aim(() => {
      const fields = { type: 'MX', name: 'alpha.example', content: 'foreign.example.com' };
      double.post(apex, { ...fields, priority: 5, ttl: 300 });
    });
    await provider.write([{ from, to: fresh(ours) }], never());
    const now = await provider.read(key, never());
    expect(now?.rrset.rdata).toEqual(['0 new.example.net.', '5 foreign.example.com.']);
  }));

it('refuses to write over records that were made anew in between, and nothing lands', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    const foreign = mx(300, '5 foreign.example.com.');
    double.aim(() => {
      double.edit(apex, key, foreign);
    });
    const fault = await faultOf(provider.write([{ from, to: fresh(ours) }], never()));
    expect(fault.code).toBe('CONFLICT');
    expect(fault.message).toContain('foreign.example.com');
    expect((await provider.read(key, never()))?.rrset).toEqual(foreign);
    expect(batches(double).map(({ status }) => status)).toEqual([404]);
  }));

it('refuses what was edited since it was read, even if it looks the same', () =>
  withCloudflare({ zones: [zone] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    double.patch(apex, held(double)[0]?.id ?? '', { comment: 'do not touch' });
    const fault = await faultOf(provider.write([{ from, to: fresh(ours) }], never()));
    expect(fault.code).toBe('CONFLICT');
    expect(fault.message).toContain(keyText(key));
    expect(batches(double)).toEqual([]);
  }));

it('is never without an MX on name servers that hear of each record alone', () =>
  withCloudflare({ zones: [zone], lagMs: 2, scattered: true }, async ({ double, provider }) => {
    const allowed = new Set([...old.rdata, ...ours.rdata]);
    const seen: (readonly string[])[] = [];
    const arrived = new Promise<void>(resolve => {
      double.subscribe(() => {
        const set = double.published(apex).find(({ type }) => type === 'MX');
        seen.push(set?.rdata ?? []);
        if (seen.length === 2) resolve();
      });
    });
    const from = await provider.read(key, never());
    await provider.write([{ from, to: fresh(ours) }], never());
    await arrived;
    for (const rdata of seen) {
      expect(rdata.length).toBeGreaterThan(0);
      expect(rdata.filter(one => !allowed.has(one))).toEqual([]);
    }
    expect(seen.at(-1)).toEqual(ours.rdata);
  }));

it('leaves what Email Routing has locked alone, and says so', () =>
  withCloudflare({ zones: [{ ...zone, locked: [keyText(key)] }] }, async ({ double, provider }) => {
    const from = await provider.read(key, never());
    const moves = [{ from, to: fresh(ours) }];
    for (const asking of [
      () => provider.write(moves, never()),
      () => provider.writable(moves, never()),
    ]) {
      const fault = await faultOf(asking());
      expect(fault.code).toBe('UNSUPPORTED');
      expect(fault.message).toContain('Email Routing');
      expect(fault.fix).toBe(UNLOCK_EMAIL_ROUTING);
    }
    expect(batches(double)).toEqual([]);
    const hosting = await provider.hosting?.(apex, [key], never());
    expect(hosting?.remarks).toMatchObject([
      { severity: 'blocker', subject: keyText(key), remedy: UNLOCK_EMAIL_ROUTING },
    ]);
  }));

it('never advises to disable Email Routing first, which deletes the MX', () => {
  expect(UNLOCK_EMAIL_ROUTING).toBe(
    'Unlock the DNS records (dashboard: Email, Email Routing, Settings). Do not disable Email ' +
      'Routing before the cutover is done: that deletes the MX.',
  );
  expect(unlockingOf('it belongs to a tunnel')).toContain('the product that they belong to');
});

it('leaves proxied addresses alone, and tells of a mail host behind the proxy', () =>
  withCloudflare({}, async ({ double, provider }) => {
    const host = parseName(`mail.${apex}`);
    const fields = { type: 'A', name: `mail.${apex}`, content: '192.0.2.1', ttl: 1 };
    double.post(apex, { ...fields, proxied: true });
    double.edit(apex, key, mx(300, `10 ${host}`));
    const from = await provider.read({ name: host, type: 'A' }, never());
    const other = rrset({ name: host, type: 'A', ttl: 300, rdata: ['192.0.2.2'] });
    const fault = await faultOf(provider.write([{ from, to: fresh(other) }], never()));
    expect(fault.code).toBe('UNSUPPORTED');
    expect(fault.message).toContain('proxied');
    const hosting = await provider.hosting?.(apex, [key], never());
    expect(hosting?.remarks[0]?.summary).toContain('mail.alpha.example is proxied');
  }));

it('handles a wildcard, other scripts, and names in any spelling', () =>
  withCloudflare({}, async ({ double, provider }) => {
    for (const label of ['*', 'bücher', 'MiXed', 'a.b.c', '_dmarc']) {
      const name = parseName(`${label}.${apex}`);
      const set = rrset({ name, type: 'TXT', ttl: 300, rdata: [`"${'x'.repeat(250)}" "y"`] });
      await provider.write([{ from: null, to: fresh(set) }], never());
      expect((await provider.read(set, never()))?.rrset).toEqual(set);
    }
    expect(double.records(apex).map(({ name }) => name)).toContain('xn--bcher-kva.alpha.example');
  }));

it('finds its records in a zone of five thousand', () =>
  withCloudflare(
    {
      zones: [
        {
          ...{ apex, plan: 'pro' },
          sets: [
            old,
            ...Array.from({ length: 5000 }, (_, at) =>
              rrset({
                ...{ name: parseName(`n${at}.${apex}`), type: 'MX', ttl: 300 },
                rdata: ['10 mx.example.net.'],
              }),
            ),
          ],
        },
      ],
    },
    async ({ double, provider }) => {
      const from = await provider.read(key, never());
      await provider.write([{ from, to: fresh(ours) }], never());
      expect((await provider.read(key, never()))?.rrset).toEqual(ours);
      expect(double.log.length).toBeLessThanOrEqual(5);
    },
  ));
