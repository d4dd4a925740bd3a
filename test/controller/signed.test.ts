import { expect, it } from 'vitest';
import { makeApp, type App } from '../../src/app.ts';
import { type Order } from '../../src/cutover/order.ts';
import { rrsetFrom } from '../../src/dns/records.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../../src/dns/wire.ts';
import { type Ask } from '../../src/transport/transport.ts';
import { nsec, set } from '../support/signed-world.ts';
import { reportMarkdown, reportOf } from '../../src/view/report/report.ts';
import { dsFor, signed, type SigningKey, signingKey } from '../support/signer.ts';
import { domain, never, openSite, order, type Site } from './site.ts';

const key = signingKey(15);
const stranger = signingKey(15);
const span = { from: Date.UTC(1990, 0, 1), until: Date.UTC(2050, 0, 1) };

interface Signer {
  /** Signs what is served from now on; another key than the zone's makes it bogus. */
  key: SigningKey;
}

/** A server that signs every answer in the moment that it gives it, denials included. */
function signing(ask: Ask, signer: Signer): Ask {
  const sign = (one: RRset): readonly RRset[] =>
    signed(one, { zone: domain, key: signer.key, ...span });
  const keys = signed(set(domain, 'DNSKEY', key.dnskey), { zone: domain, key, ...span });
  return async (question, at, signal) => {
    const { message } = await ask(question, at, signal);
    const query = decodeMessage(encodeQuery({ id: 1, ...question }));
    const found = rrsetFrom(message.answer, question);
    const soa = rrsetFrom(message.authority, { name: domain, type: 'SOA' });
    const nothing = nsec(question.name, `\\000.${question.name}`, 'RRSIG NSEC');
    const parts =
      question.type === 'DNSKEY'
        ? { answer: keys }
        : found !== null
          ? { answer: sign(found) }
          : { authority: [...(soa === null ? [] : sign(soa)), ...sign(nothing)] };
    const bytes = encodeResponse({ query, aa: true, ...parts });
    return { message: decodeMessage(bytes), transport: 'udp', rttMs: 1 };
  };
}

const easy: Order = {
  ...order,
  // Short, since every answer of every round is signed.
  policy: {
    ...order.policy,
    ...{ approval: 'none', attest: [] },
    ttl: { ...order.policy.ttl, lag: 60, margin: 60, history: { longest: 300, until: null } },
  },
  authority: { ...order.authority, trustAnchors: [`${domain} DS ${dsFor(domain, key)}`] },
};

interface Stage extends Site {
  readonly app: App;
  readonly signer: Signer;
  readonly state: (id: string) => NonNullable<Awaited<ReturnType<App['find']>>>;
}

function stage(): Stage {
  const site = openSite({ sets: [...siteSets] });
  const signer = { key };
  const environment = { ...site.environment, ask: signing(site.environment.ask, signer) };
  const state = (id: string) => site.backing.cutovers.get(id)!.row.state;
  return { ...site, app: makeApp(environment), signer, state };
}

const siteSets: readonly RRset[] = [
  set(domain, 'SOA', 'ns1.example.org. hostmaster.example.org. 7 600 300 86400 300'),
  set(domain, 'MX', '10 mail.oldhost.example.'),
  set(domain, 'TXT', '"v=spf1 mx -all"'),
];

const told = async ({ app }: Stage, id: string) =>
  (await app.journal(id)).flatMap(({ line }) =>
    line.type === 'dnssec.validated' ? [`${line.data.is} ${line.data.why}`] : [],
  );

const terms = { accept: [], takeClaim: null, reason: null };

it('check and journal say how a signed zone validates; a signer that breaks at the swap holds', async () => {
  const site = stage();
  const { plan, findings } = await site.app.plan(easy, never);
  expect(findings.find(({ id }) => id === 'dnssec-chain')).toMatchObject({
    status: 'pass',
    summary: 'What every address serves is validated from the trust anchor of example.org.',
  });
  const id = await site.app.start(plan, terms, 'kim');
  const stop = new AbortController();
  const doing = site.app.control(id, stop.signal);
  await site.until(() => site.state(id).stage === 'swap', 1e8);
  const well = 'secure validated from the trust anchor of example.org';
  // After the record for DKIM; the TTL was low already.
  expect(await told(site, id)).toEqual([well]);
  site.signer.key = stranger;
  await site.until(() => site.state(id).hold !== null, 1e8);
  const { stage: at, hold } = site.state(id);
  const servers = hold?.why === 'dnssec-bogus' ? hold.servers : [];
  expect([at, ...servers.map(({ server }) => server)]).toEqual(['swap', '192.0.2.1']);
  expect(servers[0]?.problem).toMatch(/signed with key \d+, which is not among the keys/);
  expect(site.zone.get({ name: domain, type: 'MX' })?.rrset.rdata).toEqual([
    '0 mx.newhost.example.',
  ]);
  site.signer.key = key;
  await site.until(() => site.state(id).stage === 'propagate', 1e8);
  expect(await told(site, id)).toEqual([well, well]);
  const report = reportOf({
    cutover: site.state(id),
    entries: await site.app.journal(id),
    epoch: 'e',
  });
  expect(report.dnssec.map(({ is, servers }) => [is, servers])).toEqual([
    ['secure', 1],
    ['secure', 1],
  ]);
  const text = reportMarkdown(report, { zone: 'UTC' });
  expect(text).toContain('## DNSSEC after each write');
  expect(text).toMatch(/secure at 1 authoritative address .*, validated from the trust anchor/);
  stop.abort();
  await site.finish(doing);
});

it('nothing is written to a zone that is bogus already', async () => {
  const site = stage();
  site.signer.key = stranger;
  const { plan, findings } = await site.app.plan(easy, never);
  expect(findings.find(({ id }) => id === 'dnssec-chain')).toMatchObject({
    ...{ status: 'fail', severity: 'blocker', subject: '192.0.2.1' },
  });
  const id = await site.app.start(plan, terms, 'kim');
  const stop = new AbortController();
  const doing = site.app.control(id, stop.signal);
  await site.until(() => site.state(id).hold !== null, 1e8);
  expect(site.state(id).hold).toMatchObject({ why: 'blocked' });
  expect(site.writes()).toBe(0);
  stop.abort();
  await site.finish(doing);
});

it('an anchor that nobody configured is a warning in a closed network, and holds up nothing', async () => {
  const site = stage();
  const closed: Order = { ...easy, authority: { ...easy.authority, trustAnchors: [] } };
  const { plan, findings } = await site.app.plan(closed, never);
  const chain = findings.find(({ id }) => id === 'dnssec-chain');
  expect(chain).toMatchObject({ status: 'could-not-test', severity: 'warning' });
  expect(chain?.remedy).toMatch(/authority.trustAnchors/);
  const id = await site.app.start(plan, terms, 'kim');
  const stop = new AbortController();
  const doing = site.app.control(id, stop.signal);
  await site.until(() => site.state(id).stage === 'propagate', 1e8);
  const said = await told(site, id);
  expect(said.length).toBeGreaterThan(0);
  for (const text of said) expect(text).toMatch(/^indeterminate/);
  stop.abort();
  await site.finish(doing);
});
