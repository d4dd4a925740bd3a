import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chainKeeper, type ChainKeeper } from '../../src/authority/chain/keeper.ts';
import { fullRound } from '../../src/authority/rounds.ts';
import { prover } from '../../src/authority/prove.ts';
import { daneFindings } from '../../src/checks/policy/dane.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Key } from '../../src/dns/rrset.ts';
import { type Conversation } from '../../src/mail/conversation.ts';
import { type ProbeRound } from '../../src/mail/probe.ts';
import { networkAsk } from '../../src/transport/ask.ts';
import { mailInput, mailPlan } from '../checks/mail-example.ts';
import { foreignEdit } from '../support/dig.ts';
import { cutoverKey } from '../support/keys.ts';
import { realClock } from '../support/provider-environment.ts';
import { inline, presented, signedTree, type SignedTree } from './signed-tree.ts';

let tree: SignedTree;
beforeAll(async () => {
  tree = await signedTree();
});
afterAll(async () => {
  await tree.stop();
});

const clock = realClock();
const ask = networkAsk({ timeoutMs: 2000 });
const never = (): AbortSignal => new AbortController().signal;

/** What a validating Unbound makes of it: an answer with AD, one without, or none unless told not to check. */
async function second(key: Key): Promise<string> {
  const question = { ...key, recursive: true, dnssec: true };
  const { message } = await ask(question, tree.unbound, never());
  if (message.ad) return 'secure';
  if (message.rcodeName !== 'SERVFAIL') return 'insecure';
  const unchecked = await ask({ ...question, cd: true }, tree.unbound, never());
  return unchecked.message.rcodeName === 'SERVFAIL' ? 'unreachable' : 'bogus';
}

const keeperOf = (zone: string): ChainKeeper => {
  return chainKeeper({
    ...{ zone: parseName(zone), ask, clock },
    trustAnchors: tree.anchors,
    lookups: [tree.unbound],
  });
};

async function ours(keeper: ChainKeeper, key: Key): Promise<{ is: string; why: string }> {
  const { zone } = keeper.of;
  const { address, port } = tree.bind;
  const servers = [{ name: 'ns1', address, port }];
  const of = { zone, servers, keys: [key], ask, clock, keeper };
  const { round } = await fullRound(of, never());
  const [reading] = round.readings;
  const validated = reading?.validated?.[0];
  return validated ?? { is: reading?.state ?? 'nothing', why: reading?.error ?? '' };
}

const mx = (zone: string): Key => ({ name: parseName(zone), type: 'MX' });

it.each([
  ['good.tree.example', 'secure', /tree.example > good.tree.example/],
  ['rsa.tree.example', 'secure', /validated/],
  ['ed25519.tree.example', 'secure', /validated/],
  ['ed448.tree.example', 'secure', /validated/],
  ['p384.tree.example', 'secure', /validated/],
  ['signed.loose.example', 'secure', /validated/],
  ['expired.tree.example', 'bogus', /ended at 2026-02-01/],
  ['tampered.tree.example', 'bogus', /does not fit what is served/],
  ['unsignedmx.tree.example', 'bogus', /no signature/],
  ['nokey.tree.example', 'bogus', /no DNSKEY/],
  ['wrongds.tree.example', 'bogus', /none of its keys/],
  ['promised.tree.example', 'bogus', /no DNSKEY/],
  ['nods.tree.example', 'insecure', /without a DS/],
  ['plain.tree.example', 'insecure', /without a DS/],
  ['nods.loose.example', 'insecure', /opts out/],
  ['plain.loose.example', 'insecure', /opts out/],
])('%s is %s, and Unbound says so, too', async (zone, is, why) => {
  const found = await ours(keeperOf(zone), mx(zone));
  expect(`${found.is} ${await second(mx(zone))}`).toBe(`${is} ${is}`);
  expect(found.why).toMatch(why);
});

const inZone = [
  // Denied, and made from a wildcard.
  { zone: 'good.tree.example', label: 'ns1', type: 'MX', is: 'secure' },
  { zone: 'good.tree.example', label: 'b.m.wild', type: 'MX', is: 'secure' },
  { zone: 'good.tree.example', label: 'made', type: 'TXT', is: 'secure' },
  { zone: 'rsa.tree.example', label: 'ns1', type: 'MX', is: 'secure' },
  { zone: 'rsa.tree.example', label: 'b.m.wild', type: 'MX', is: 'secure' },
  { zone: 'rsa.tree.example', label: 'made', type: 'TXT', is: 'secure' },
  { zone: 'noproof.tree.example', label: 'ns1', type: 'MX', is: 'bogus' },
];

it.each(inZone)('$label $type in $zone is $is to both', async ({ zone, label, type, is }) => {
  const key: Key = { name: parseName(`${label}.${zone}`), type };
  const found = await ours(keeperOf(zone), key);
  expect(`${found.is} ${await second(key)}`, found.why).toBe(`${is} ${is}`);
});

it('what BIND signs by itself after a write validates, with the keys known from before', async () => {
  const keeper = keeperOf(inline);
  const judged = () => ours(keeper, mx(inline));
  await expect.poll(judged, { timeout: 10_000 }).toMatchObject({ is: 'secure' });
  foreignEdit(tree.bind, {
    zone: inline,
    key: cutoverKey,
    lines: [`update delete ${inline}. MX`, `update add ${inline}. 60 MX 0 new.host.example.`],
  });
  const question = { ...mx(inline), recursive: false, dnssec: true };
  const served = async () =>
    (await ask(question, tree.bind, never())).message.answer.map(({ rdata }) => rdata)[0];
  await expect.poll(served, { timeout: 10_000 }).toBe('0 new.host.example.');
  expect(await judged()).toMatchObject({ is: 'secure' });
});

const seen = (host: string): Conversation => ({
  ...{ host: parseName(host), address: '192.0.2.25', port: 25, at: Date.now(), end: 'complete' },
  ...{ detail: '', banner: null, ehlo: null, recipients: [], message: null, tookMs: 1 },
  tls: {
    ...{ is: 'up', protocol: 'TLSv1.3', cipher: '' },
    certificate: {
      ...{ subject: '', issuer: '', names: [], notBefore: 0, notAfter: 0, trusted: false },
      ...{ distrust: 'it is self-signed', nameMatches: false },
      chain: [new X509Certificate(presented.cert).raw.toString('base64')],
    },
  },
});

/** What the check of DANE makes of a host, asked and validated as the product does. */
async function dane(host: string): Promise<string> {
  const plan = mailPlan([`10 ${host}.`]);
  const prove = prover(
    {
      ...{ ask, clock, zone: plan.zone, servers: [], port: tree.bind.port },
      ...{ authority: { replace: [], lookups: [tree.unbound] }, trustAnchors: tree.anchors },
      system: async () => [],
    },
    never(),
  );
  const addresses = [{ role: 'new', conversation: seen(host), again: null, kept: false } as const];
  const round: ProbeRound = {
    ...{ vantage: 'here', at: 0, seen: [], unresolved: [], egress: 'open', sts: 'unknown' },
  };
  const probed = async () => ({ round, addresses, selfTest: [] });
  const [finding] = await daneFindings(mailInput(plan, { prove, probed }));
  expect(finding?.id).toBe('dane-tlsa-new');
  return `${finding?.status ?? 'nothing'} ${finding?.severity ?? ''}: ${finding?.summary ?? ''}`;
}

it.each([
  ['mx.good.tree.example', /^pass blocker: The TLSA of .* matches/],
  ['mx.ed25519.tree.example', /^pass blocker: The TLSA of .* matches/],
  ['wrong.good.tree.example', /^fail blocker: The TLSA of .* does not match/],
  ['old.good.tree.example', /^warn warning: No TLSA of .* is of use/],
  ['none.good.tree.example', /^pass blocker: .* provably has no TLSA/],
  // Another key than the signed one: nobody who validates sees it.
  ['mx.othertlsa.tree.example', /^fail blocker: The answer about the TLSA .* does not validate/],
  ['none.noproof.tree.example', /^fail blocker: .* do not validate/],
  ['mx.expired.tree.example', /^fail blocker: The addresses of .* do not validate/],
  // Without signatures a TLSA binds nobody, right or wrong.
  ['wrong.plain.tree.example', /^pass blocker: .* lies in no signed zone/],
])('TLSA of %s', async (host, says) => {
  expect(await dane(host)).toMatch(says);
});
