import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Denied, denied, validating } from './denied.ts';
import { failing, type How, type Outage, outage, serving } from './outage.ts';
import { hopeless, type Story, story, usersEveryMs } from './story.ts';
import { endOf, lastOld, type Reply } from './witness.ts';
import { type Claim, type Monitor } from './monitor.ts';

// What the watch says of real caches, held against what the caches themselves say to others.

const ends: (() => Promise<void>)[] = [];
const onEnd = (stop: () => Promise<void>): void => {
  ends.push(stop);
};
let told: Story;
let outages: Readonly<Record<How, Outage>>;
let denial: Denied;
/** All of it is waiting, and so it is waited for at once. */
beforeAll(async () => {
  const troubles = Promise.all([outage('killed', onEnd), outage('hung', onEnd)]);
  [told, denial] = await Promise.all([story(onEnd), denied(onEnd)]);
  const [killed, hung] = await troubles;
  outages = { killed, hung };
}, 120_000);
afterAll(async () => {
  for (const stop of ends.reverse()) await stop();
});

const twins = [
  ...['unbound-plain', 'unbound-floor', 'unbound-ceiling', 'unbound-stale'],
  ...['unbound-stale-unsigned', 'unbound-prefetch', 'bind-plain', 'bind-stale', 'dnsdist-farm'],
  ...['dnsdist-floors', 'unbound-forwarding', 'unbound-tls', 'unbound-https'],
];
const of = (monitor: Monitor, id: string): readonly Claim[] =>
  monitor.claims.filter(({ cache }) => cache === id);
const causes = (claims: readonly Claim[]): readonly string[] => [
  ...new Set(claims.map(({ cause }) => cause).filter(cause => cause !== null)),
];
const users = (id: string, name: string): readonly Reply[] => told.heard.get(`${id} ${name}`)!;

const farms = ['dnsdist-farm', 'dnsdist-floors'];
/**
 * New and old at once, and the old one for longer than one cache that fetches early explains. The few looks
 * before that may all meet the same member, and so it is not certain to be seen.
 */
const wasSeenToDisagree = ({ verdict, at, until }: Claim): boolean =>
  verdict === 'mixed' && until !== null && until - at > 4500;

/**
 * Behind a farm may be a member that never answered the watch, and of that one nobody can know. Whatever it
 * has met it must answer for.
 */
const unmet = (id: string, claims: readonly Claim[]) => (reply: Reply) =>
  farms.includes(id) &&
  !claims.some(({ met }) => met.some(end => Math.abs(end - endOf(reply)) <= 2000));

/** Users meet each member of a farm every other time only: it holds old a little longer than they see. */
const unseenOf = (id: string): number => (farms.includes(id) ? 2 * usersEveryMs : 0);

/** The claim in force at that moment. */
const inForce = (claims: readonly Claim[], at: number): Claim | undefined =>
  claims.findLast(claim => claim.at < at);

describe.each(['early', 'quiet', 'busy'] as const)('the name %s', name => {
  it.each(twins)('%s ends as new', id => {
    expect(told[name].states.get(id)).toMatchObject({ verdict: 'new', resolver: id, lied: false });
  });

  it.each(twins)('%s: nobody heard old after the watch had said new', id => {
    const claims = of(told[name], id);
    const isUnmet = unmet(id, claims);
    const false1 = claims.filter(({ after }) =>
      after.some(reply => reply.said === 'old' && !isUnmet(reply)),
    );
    expect(false1).toEqual([]);
    if (name === 'quiet') return;
    const later = users(id, name).filter(
      reply =>
        reply.said === 'old' && inForce(claims, reply.asked)?.verdict === 'new' && !isUnmet(reply),
    );
    expect(later).toEqual([]);
  });
});

describe('caches that never turn', () => {
  it.each([
    ['rewriting', 'other', 'filtered or rewritten'],
    ['refusing', 'refused', 'silent or refused'],
    ['silent', 'silent', 'silent or refused'],
  ] as const)('%s is %s: %s', (id, verdict, cause) => {
    for (const name of ['early', 'quiet', 'busy'] as const) {
      const last = of(told[name], id).at(-1);
      expect(last).toMatchObject({ verdict, cause, until: null });
      expect(of(told[name], id).map(claim => claim.verdict)).not.toContain('new');
    }
  });
});

describe('causes', () => {
  it.each([
    ['unbound-plain', ['waiting for its TTL']],
    ['unbound-floor', ['raises TTLs']],
    ['unbound-ceiling', ['waiting for its TTL']],
    ['unbound-stale', ['waiting for its TTL', 'serves stale']],
    ['unbound-stale-unsigned', ['waiting for its TTL', 'serves stale']],
    ['unbound-prefetch', ['waiting for its TTL']],
    ['bind-plain', ['waiting for its TTL']],
    ['bind-stale', ['waiting for its TTL', 'serves stale']],
    ['unbound-forwarding', ['waiting for its TTL']],
    ['unbound-tls', ['waiting for its TTL']],
    ['unbound-https', ['waiting for its TTL']],
  ])('%s: %s', (id, expected) => {
    expect(causes(of(told.quiet, id))).toEqual(expected);
  });

  it.each(farms)('%s: several caches disagree, once both were seen', id => {
    for (const name of ['early', 'quiet', 'busy'] as const) {
      const claims = of(told[name], id);
      const seen = causes(claims);
      if (claims.some(wasSeenToDisagree)) expect(seen.at(-1)).toBe('several caches disagree');
      // The other member's longer entry, seen for the first time, cannot be told from one fetched anew.
      const usual = ['waiting for its TTL', 'raises TTLs', 'fetched old again'];
      for (const cause of seen) expect([...usual, 'several caches disagree']).toContain(cause);
    }
  });

  it('of two members in turn both are seen, at least of some name', () => {
    const all = farms.flatMap(id =>
      [told.early, told.quiet, told.busy].flatMap(one => of(one, id)),
    );
    expect(all.filter(wasSeenToDisagree)).not.toEqual([]);
  });

  it('a cache behind a lagging secondary: fetched old again, not final until it turned', () => {
    const claims = of(told.behind, 'behind');
    expect(causes(claims)).toEqual(['waiting for its TTL', 'fetched old again']);
    for (const { at, final, cause } of claims)
      if (cause !== null) expect(final).toBe(at >= told.transferredAt);
    expect(claims.at(-1)).toMatchObject({ verdict: 'new', final: true });
  });

  it('a cache between two servers of which one lags: nothing is final until both turned', () => {
    const claims = of(told.behind, 'torn');
    for (const { verdict, at, after } of claims)
      if (verdict === 'new' && at >= told.transferredAt)
        expect(after.filter(({ said }) => said === 'old')).toEqual([]);
    expect(claims.at(-1)).toMatchObject({ verdict: 'new', final: true });
  });
});

/** Of a farm that was seen to disagree the last entry counts; else any that was seen. */
const errorOf = ({ until, cause }: Claim, truth: readonly number[]): number =>
  cause === 'several caches disagree'
    ? Math.abs(until! - Math.max(...truth))
    : Math.min(...truth.map(end => Math.abs(until! - end)));

describe('until', () => {
  it.each(twins)('%s: each one is right to two seconds, by its twin', id => {
    const claims = of(told.quiet, id).filter(({ until }) => until !== null);
    expect(claims.length).toBeGreaterThan(1);
    for (const claim of claims)
      expect(errorOf(claim, told.ends.get(id)!)).toBeLessThanOrEqual(2000);
  });

  it.each(twins)('%s: the last one is when its twin turned', id => {
    const replies = users(`${id} twin`, 'quiet');
    const old = lastOld(replies) ?? 0;
    const turned = replies.find(({ said, received }) => said === 'new' && received > old)!;
    const claims = of(told.quiet, id);
    const last = claims.findLast(claim => claim.until !== null)!;
    if (!farms.includes(id))
      expect(Math.abs(last.until! - turned.received)).toBeLessThanOrEqual(2000);
    else if (!claims.some(wasSeenToDisagree))
      expect(errorOf(last, told.ends.get(id)!)).toBeLessThanOrEqual(2000);
    else {
      expect(last.until!).toBeGreaterThanOrEqual(old - 2000);
      expect(last.until!).toBeLessThanOrEqual(turned.received + unseenOf(id) + 2000);
    }
  });

  it.each(['behind', 'torn'])('%s: each one is right to two seconds, by what it holds', id => {
    const compared = of(told.behind, id).filter(({ ends: truth }) => truth.length > 0);
    // Some entries of the second have too little left to be looked at without a part in their end.
    if (id === 'behind') expect(compared.length).toBeGreaterThan(0);
    for (const claim of compared) expect(errorOf(claim, claim.ends)).toBeLessThanOrEqual(2000);
  });
});

describe('watching disturbs nobody', () => {
  it.each(twins)('%s turns as soon as its twin', id => {
    for (const name of ['early', 'busy']) {
      const [mine, twin] = [users(id, name), users(`${id} twin`, name)];
      expect(twin.at(-1)?.said).toBe('new');
      const latest = Math.max(lastOld(twin) ?? 0, told.turnedAt) + unseenOf(id);
      expect(lastOld(mine) ?? 0).toBeLessThanOrEqual(latest + 1000);
    }
  });

  it('one question of each before the swap, unless it is silent', () => {
    for (const name of ['early', 'quiet', 'busy'] as const)
      for (const [id, { recent }] of told[name].states) {
        if (hopeless.includes(id)) continue;
        const before = recent.filter(({ received }) => received < told.swappedAt);
        expect(before.length).toBeLessThanOrEqual(1);
      }
  });
});

describe.each(['killed', 'hung'] as const)('an authoritative server was %s and came back', how => {
  const claimsOf = (id: string) => of(outages[how].watch, id);
  const duringIt = (id: string) =>
    claimsOf(id).filter(({ at }) => at > outages[how].endedAt && at < outages[how].returnedAt);

  it.each([...serving[how], ...failing[how]])(
    '%s: nobody heard old after the watch had said new',
    id => {
      const claims = claimsOf(id);
      expect(claims.at(-1)).toMatchObject({ verdict: 'new', final: true });
      const false1 = claims.filter(({ after }) => after.some(({ said }) => said === 'old'));
      expect(false1).toEqual([]);
      const later = outages[how].heard
        .get(id)!
        .filter(({ said, asked }) => said === 'old' && inForce(claims, asked)?.verdict === 'new');
      expect(later).toEqual([]);
    },
  );

  it.each(serving[how])('%s serves stale, and nobody knows until when', id => {
    const last = inForce(claimsOf(id), outages[how].returnedAt);
    expect([...duringIt(id).map(({ cause }) => cause), last?.cause]).toContain('serves stale');
    for (const { cause, until } of duringIt(id))
      if (cause === 'serves stale') expect(until).toBeNull();
  });

  it.each(failing[how])('%s has nothing to say, which is neither old nor new', id => {
    const last = inForce(claimsOf(id), outages[how].returnedAt)!;
    expect(last).toMatchObject({ cause: 'silent or refused', until: null, final: false });
  });

  it.each(failing[how])('%s: what a server hands out late is old that was fetched again', id => {
    const { returnedAt, heard } = outages[how];
    const late = heard.get(id)!.filter(({ said, asked }) => said === 'old' && asked > returnedAt);
    const untils = claimsOf(id).filter(({ at, until }) => at > returnedAt && until !== null);
    for (const { cause, until } of late.length === 0 ? [] : untils) {
      expect(cause).toBe('fetched old again');
      expect(Math.abs(until! - endOf(late[0]!))).toBeLessThanOrEqual(2000);
    }
  });
});

describe('a denial that speaks for its neighbours', () => {
  it.each(validating)('%s: a name that nobody had asked for is denied until the NSEC ends', id => {
    const claims = of(denial.watch, id);
    const twin = denial.heard.get(`${id} twin`)!;
    expect(twin[0]).toMatchObject({ said: 'old' });
    expect(causes(claims)).toEqual(['waiting for its TTL']);
    expect(claims.at(-1)).toMatchObject({ verdict: 'new', final: true });
    const later = denial.heard
      .get(id)!
      .filter(({ said, asked }) => said === 'old' && inForce(claims, asked)?.verdict === 'new');
    expect([...later, ...claims.flatMap(({ after }) => after)].map(({ said }) => said)).toEqual([
      ...['new', 'new', 'new'],
    ]);
    const turned = twin.find(({ said }) => said === 'new')!;
    for (const { until } of claims)
      if (until !== null) expect(Math.abs(until - turned.received)).toBeLessThanOrEqual(2000);
  });
});
