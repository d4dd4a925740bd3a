import { afterAll, beforeAll, expect, it } from 'vitest';
import { chainKeeper, type ChainKeeper } from '../../src/authority/chain/keeper.ts';
import { fullRound } from '../../src/authority/rounds.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Key } from '../../src/dns/rrset.ts';
import { networkAsk } from '../../src/transport/ask.ts';
import { foreignEdit } from '../support/dig.ts';
import { cutoverKey } from '../support/keys.ts';
import { realClock } from '../support/provider-environment.ts';
import { inline, signedTree, type SignedTree } from './signed-tree.ts';

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
