import { describe, expect, it } from 'vitest';
import { chainKeeper } from '../../../src/authority/chain/keeper.ts';
import { type RoundOf, fullRound } from '../../../src/authority/rounds.ts';
import { type Validated } from '../../../src/cutover/validation.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type Key } from '../../../src/dns/rrset.ts';
import { Fault } from '../../../src/errors.ts';
import { stillClock } from '../../support/clock.ts';
import {
  above,
  anchor,
  type Answers,
  beside,
  by,
  keys,
  mx,
  nsec,
  nsec3,
  type Parts,
  served,
  set,
  signedWorld,
  soa,
  zone,
} from '../../support/signed-world.ts';
import { signed, signingKey } from '../../support/signer.ts';

const resolver = '192.0.2.53';
const servers = ['192.0.2.1', '192.0.2.2'].map((address, index) => ({
  ...{ name: `ns${index + 1}.example.org.`, address, port: 53 },
}));
const gone = parseName('gone.example.org');
const asked: readonly Key[] = [
  { name: zone, type: 'MX' },
  { name: gone, type: 'TXT' },
];
const ns: Parts = { aa: true, answer: signed(set(zone, 'NS', 'ns1.example.org.'), by.zone) };
const good: Answers = { ...served, 'example.org. NS': ns };

const never = (): AbortSignal => new AbortController().signal;
const patience = async (_ms: number, signal: AbortSignal): Promise<void> => {
  await new Promise<void>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Fault('ABORTED', 'given up'));
    });
  });
};

interface Looked {
  readonly two?: Answers;
  readonly resolvers?: Answers;
  readonly one?: Answers;
  readonly trustAnchors?: readonly string[];
  readonly keys?: readonly Key[];
}

function looking({
  one = good,
  two = good,
  resolvers = above,
  trustAnchors = [anchor],
  ...rest
}: Looked) {
  const world: Record<string, Answers> = {
    ...{ [resolver]: resolvers, '192.0.2.1': one, '192.0.2.2': two },
  };
  const { ask, asked: questions } = signedWorld(world);
  const still = stillClock();
  // Nobody's deadline comes while time stands still.
  const clock = { ...still, sleep: patience, pass: (ms: number) => still.sleep(ms, never()) };
  const lookups = [{ address: resolver, port: 53 }];
  const keeper = chainKeeper({ zone, trustAnchors, ask, clock, lookups });
  const of: RoundOf = { zone, servers, keys: rest.keys ?? asked, ask, clock, keeper };
  const look = async (): Promise<readonly (readonly Validated[])[]> => {
    const { round } = await fullRound(of, never());
    return round.readings.map(({ validated = [] }) => validated);
  };
  return { look, world, clock, questions };
}

const verdicts = (list: readonly (readonly Validated[])[]) =>
  list.map(each => each.map(({ is }) => is));
const whys = (list: readonly (readonly Validated[])[]) => list.flat().map(({ why }) => why);

it('validates what is there and what is not, at every address', async () => {
  const found = await looking({}).look();
  expect(verdicts(found)).toEqual([
    ['secure', 'secure'],
    ['secure', 'secure'],
  ]);
  expect(found[0]![0]).toMatchObject({ key: 'example.org. MX', at: 'example.org. MX' });
});

const mxOf = (parts: Parts): Answers => ({ ...good, 'example.org. MX': { aa: true, ...parts } });
const goneOf = (parts: Parts): Answers => ({
  ...good,
  'gone.example.org. TXT': { aa: true, ...parts },
});
const stranger = { zone, key: signingKey(15) };
const wildcard = set(parseName('*.example.org'), 'TXT', '"x"');
const host = set(gone, 'TXT', '"x"');
const expanded = {
  ...host,
  type: 'RRSIG',
  rdata: signed(wildcard, by.zone)[1]!.rdata,
};
const between = signed(nsec(zone, 'mx.example.org.', 'MX SOA NS NSEC'), by.zone);

describe('one address', () => {
  it.each<[string, Answers, RegExp]>([
    ['has lost the signature', mxOf({ answer: [mx] }), /no signature came with it/],
    ['has a signature of a stranger', mxOf({ answer: signed(mx, stranger) }), /not among the keys/],
    [
      'has an old signature',
      mxOf({ answer: signed(mx, { ...by.zone, until: Date.UTC(2026, 10, 1) }) }),
      /ended at 2026-11-01/,
    ],
    [
      'has the signature of what was there before',
      mxOf({ answer: [set(zone, 'MX', '20 new.example.net.'), signed(mx, by.zone)[1]!] }),
      /does not fit what is served/,
    ],
    [
      'denies without a proof',
      goneOf({ rcode: 3, authority: signed(soa, by.zone) }),
      /nothing proves that it is absent/,
    ],
    [
      'denies with a proof about other names',
      goneOf({
        rcode: 3,
        authority: [
          ...signed(soa, by.zone),
          ...signed(nsec(parseName('m.example.org'), 'n.example.org.', 'A'), by.zone),
        ],
      }),
      /does not prove that it is absent/,
    ],
    [
      'denies with a proof that nobody signed',
      goneOf({ rcode: 3, authority: [...signed(soa, by.zone), between[0]!] }),
      /example.org. NSEC: no signature came with it/,
    ],
    ['denies without a SOA', goneOf({ rcode: 3, authority: between }), /its SOA is not signed/],
    [
      'answers by a wildcard without leave',
      goneOf({ answer: [host, expanded] }),
      /a wildcard answers/,
    ],
  ])('%s', async (_, two, words) => {
    const found = await looking({ two }).look();
    expect(verdicts(found)[0]).toEqual(['secure', 'secure']);
    const bad = found[1]!.filter(({ is }) => is === 'bogus');
    expect(bad).toHaveLength(1);
    expect(bad[0]!.why).toMatch(words);
    expect(bad[0]!.remedy).toMatch(/A rollback does not mend a signer/);
  });

  it('denies with more rounds of hashing than validators make: nobody refuses that', async () => {
    const hashed = nsec3(zone, [beside('0'.repeat(31) + 'a', 1), '0'.repeat(31) + 'f'], {
      iterations: 51,
    });
    const authority = [...signed(soa, by.zone), ...signed(hashed, by.zone)];
    const found = await looking({ two: goneOf({ rcode: 3, authority }) }).look();
    expect(verdicts(found)[1]).toEqual(['secure', 'insecure']);
    expect(found[1]![1]!.remedy).toBe(null);
  });

  it('may answer by a wildcard where the name is proven not to exist', async () => {
    const two = goneOf({ answer: [host, expanded], authority: between });
    expect(verdicts(await looking({ two }).look())[1]).toEqual(['secure', 'secure']);
  });

  it('gives keys that do not fit the DS: all that it serves is bogus', async () => {
    const key = signed(set(zone, 'DNSKEY', stranger.key.dnskey), stranger);
    const two = { ...good, 'example.org. DNSKEY': { aa: true, answer: key } };
    const found = await looking({ two }).look();
    expect(verdicts(found)).toEqual([
      ['secure', 'secure'],
      ['bogus', 'bogus'],
    ]);
    expect(whys(found)[2]).toMatch(/^ns2.example.org. 192.0.2.2: none of its keys/);
  });

  it('signs with a key that another address does not give yet', async () => {
    const next = { zone, key: signingKey(15, 256) };
    const rolled = set(zone, 'DNSKEY', keys.zone.dnskey, next.key.dnskey);
    const two = {
      ...mxOf({ answer: signed(mx, next) }),
      'example.org. DNSKEY': { aa: true, answer: signed(rolled, by.zone) },
    };
    const found = await looking({ two }).look();
    expect(verdicts(found)[1]).toEqual(['bogus', 'secure']);
    expect(found[1]![0]!.why).toMatch(/as another address gives the keys/);
  });
});

it('learns the keys anew before it calls anything bogus, and asks for them seldom otherwise', async () => {
  const { look, world, clock, questions } = looking({});
  await look();
  const first = questions.length;
  await look();
  const each = questions.length - first;
  // SOA, NS and two keys at two addresses, and nothing of the chain.
  expect(each).toBe(8);
  const next = { zone, key: signingKey(15, 256) };
  const rolled: Answers = {
    ...mxOf({ answer: signed(mx, next) }),
    'example.org. DNSKEY': {
      aa: true,
      answer: signed(set(zone, 'DNSKEY', keys.zone.dnskey, next.key.dnskey), by.zone),
    },
  };
  world['192.0.2.1'] = world['192.0.2.2'] = rolled;
  await clock.pass(1000);
  expect(verdicts(await look()).flat()).toEqual(['secure', 'secure', 'secure', 'secure']);
});

it('does not ask for everything in every round while something is bogus', async () => {
  const { look, clock, questions } = looking({ two: mxOf({ answer: signed(mx, stranger) }) });
  for (let count = 0; count < 30; count++) {
    expect(verdicts(await look())[1]).toEqual(['bogus', 'secure']);
    await clock.pass(1000);
  }
  const walks = questions.filter(({ question }) => question.type === 'DNSKEY').length;
  // The first walk, one to make sure, and one more after 15 s: four questions for keys each.
  expect(walks).toBe(3 * 4);
});

describe('a zone that nobody signs', () => {
  const bare: Answers = Object.fromEntries(
    Object.entries(good).map(([key, parts]) => [
      key,
      { ...parts, answer: parts?.answer?.slice(0, 1) ?? [], authority: [soa] },
    ]),
  );
  const unsigned = { one: bare, two: bare, keys: [asked[0]!], trustAnchors: [] };

  it('is insecure without a walk where no DS is seen, or nobody can be asked', async () => {
    for (const parts of [{ authority: [] }, null]) {
      const { look, questions } = looking({ ...unsigned, resolvers: { 'example.org. DS': parts } });
      expect(verdicts(await look())).toEqual([['insecure'], ['insecure']]);
      expect(questions.filter(({ address }) => address === resolver)).toHaveLength(1);
    }
  });

  it('is bogus where a DS says that it is signed', async () => {
    const found = await looking({ ...unsigned, trustAnchors: [anchor] }).look();
    expect(verdicts(found)).toEqual([['bogus'], ['bogus']]);
    expect(whys(found)[0]).toMatch(/none of its keys|no signature|no DNSKEY/);
  });
});

it('does not hold up a round for resolvers that are silent: nobody can tell then', async () => {
  const { world, clock } = looking({});
  const { ask } = signedWorld(world);
  const slow: typeof ask = async (question, at, signal) => {
    if (at.address === resolver) await patience(0, signal);
    return ask(question, at, signal);
  };
  const lookups = [{ address: resolver, port: 53 }];
  // The deadline comes at once, once everything else waits.
  const hasty = {
    ...clock,
    sleep: () => new Promise<void>(resolve => setTimeout(resolve, 0)),
  };
  const parts = { zone, servers, ask: slow, clock: hasty };
  const keeper = chainKeeper({ ...parts, trustAnchors: [anchor], lookups });
  const { round, chain } = await fullRound({ ...parts, keys: asked, keeper }, never());
  expect(chain?.verdict.is).toBe('indeterminate');
  expect(chain?.verdict.why).toMatch(/took more than 8 s/);
  expect(round.readings.map(({ state }) => state)).toEqual(['answered', 'answered']);
});

it('asks those for keys that answer, and the others as soon as they do', async () => {
  const { look, world, questions } = looking({ two: {} });
  expect(verdicts(await look())).toEqual([['secure', 'secure'], []]);
  const keysAt = (address: string) =>
    questions.filter(one => one.address === address && one.question.type === 'DNSKEY').length;
  expect([keysAt('192.0.2.1'), keysAt('192.0.2.2')]).toEqual([1, 0]);
  world['192.0.2.2'] = good;
  expect(verdicts(await look())[1]).toEqual(['secure', 'secure']);
  expect([keysAt('192.0.2.1'), keysAt('192.0.2.2')]).toEqual([2, 1]);
});
