import { describe, expect, it } from 'vitest';
import { type Picture } from '../../../src/view/propagation/propagation.ts';
import { session } from '../../../src/commands/propagation/session.ts';
import { parseName } from '../../../src/dns/name.ts';
import { Fault } from '../../../src/errors.ts';
import { type Subject } from '../../../src/poller/subject.ts';
import { type CacheState, observe } from '../../../src/propagation/cachestate.ts';
import { type Observation } from '../../../src/propagation/observation.ts';
import { type Ask, type Question } from '../../../src/transport/transport.ts';
import {
  oldMx,
  newMx,
  set,
  message,
  serving,
  silence,
  resolver,
  stage,
  terms,
  answers,
  tells,
  never,
  ignore,
} from './stage.ts';

it('says once that this machine lacks an address family, whatever the number of resolvers', async () => {
  const lacking = new Fault(
    'UNAVAILABLE',
    '[2001:db8::1]:53 (udp): this machine has no IPv6 route',
  );
  const { world } = stage({
    poller: {
      watch: async ({ resolvers, leftOut }) => {
        for (const one of resolvers) leftOut?.(one, lacking);
      },
    },
  });
  const resolvers = [resolver('a', '2001:db8::1'), resolver('b', '2001:db8::2')];
  const { picture } = await session({ terms: terms(), resolvers, world }, ignore, never);
  expect(picture.notes).toEqual([expect.stringMatching(/2 resolvers have no other one/)]);
  expect(picture.rows).toMatchObject([
    { id: 'a', verdict: 'silent', silence: lacking.message },
    { id: 'b', verdict: 'silent' },
  ]);
});

describe('where something on the way answers for others', () => {
  const probe = async () => ({
    ...{ message: message('x.invalid', 'A', {}), transport: 'udp' as const, rttMs: 1 },
  });

  it('says that nothing here can be trusted', async () => {
    const { world } = stage({ probe });
    const resolvers = [resolver('a')];
    const { picture } = await session({ terms: terms(), resolvers, world }, ignore, never);
    expect(picture.notes).toEqual([expect.stringContaining('192.0.2.1, where no machine is')]);
    expect(picture.distrust?.remedy).toContain('over TLS or HTTPS');
  });

  it('asks no such question where nobody on the way could answer', async () => {
    const { world } = stage({ probe });
    const over = { transport: 'tls', host: 'dns.example' } as const;
    const resolvers = [{ ...resolver('a'), over }];
    const { picture } = await session({ terms: terms(), resolvers, world }, ignore, never);
    expect([picture.notes, picture.distrust]).toEqual([[], null]);
  });

  it('takes no word for it that a name does not exist', async () => {
    const { world } = stage({ probe, ask: serving(() => null) });
    const unknown = { ...terms(), key: { name: parseName('x.example.org'), type: 'MX' } };
    const of = { terms: { ...unknown, expect: null }, resolvers: [resolver('a')], world };
    await expect(session(of, ignore, never)).rejects.toThrow('cannot be trusted');
    await expect(session(of, ignore, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const honest = { ...of, world: { ...world, probe: silence } };
    await expect(session(honest, ignore, never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks no such question where only this machine itself is asked', async () => {
    const { world } = stage({ probe });
    const resolvers = [resolver('a', '127.0.0.1')];
    const { picture } = await session({ terms: terms(), resolvers, world }, ignore, never);
    expect(picture.notes).toEqual([]);
  });
});

it('waits for more than one machine of an anycast service, also where a share is enough', async () => {
  let heardOf = 0;
  const { world } = stage({
    poller: {
      watch: async (subject, heard) => {
        const [one] = subject.resolvers;
        let state: CacheState | null = null;
        for (let received = 2_000_000; heardOf < 11; received += 1000) {
          heardOf += 1;
          const observation = answers([newMx], received);
          state = observe(state, observation, subject.expectation);
          if (one !== undefined) heard(one, state, observation);
        }
      },
    },
  });
  const pictures: Picture[] = [];
  const of = {
    ...{ terms: { ...terms(), until: 0.5 }, world },
    resolvers: [{ ...resolver('a'), anycast: true }],
  };
  await session(of, seen => pictures.push(seen.picture), never);
  expect(pictures.map(({ rows }) => rows[0]?.verdict)).toEqual([
    ...[null, ...Array.from({ length: 10 }, () => 'mixed'), 'new'],
  ]);
});

describe('what counts as old', () => {
  it('is whatever else a resolver answers, from then on, unless somebody said what it is', async () => {
    const subjects: Subject[] = [];
    const { world } = stage({
      poller: {
        watch: async (subject, heard, signal) => {
          subjects.push(subject);
          if (subjects.length === 1) tells(subject, heard, answers([oldMx]));
          if (signal.aborted) throw new Fault('ABORTED', 'given up');
          if (subjects.length === 2) tells(subject, heard, answers([newMx], 2_000_000));
        },
      },
    });
    const resolvers = [resolver('a')];
    const of = { terms: { ...terms('--watch'), until: 'settled' as const }, resolvers, world };
    const pictures: Picture[] = [];
    const { picture } = await session(of, seen => pictures.push(seen.picture), never);
    // The watch began anew with that set, and with what was seen of it.
    expect(subjects.map(({ expectation }) => expectation.old)).toEqual([[], [[oldMx]]]);
    expect(subjects[1]?.known?.get('a')).toMatchObject({ verdict: 'old' });
    expect(pictures.map(({ rows }) => rows[0]?.verdict)).toEqual([null, 'old', 'new']);
    expect(picture).toMatchObject({ old: [[oldMx]], oldFrom: 'seen' });
  });

  it('is no set that a resolver says it filtered', async () => {
    const filtered = answers([oldMx]);
    const outcome = {
      ...filtered.outcome,
      ede: [{ code: 17, text: '' }],
    } as typeof filtered.outcome;
    const { world } = stage({
      poller: {
        watch: async (subject, heard) => {
          tells(subject, heard, { ...filtered, outcome });
        },
      },
    });
    const of = { terms: terms(), resolvers: [resolver('a')], world };
    const { picture } = await session(of, ignore, never);
    expect(picture.old).toEqual([]);
    expect(picture.rows[0]).toMatchObject({ verdict: 'other', cause: 'filtered or rewritten' });
  });
});

it('asks the servers again while it waits, and hears when the last one turned', async () => {
  const served = new Map([
    ['192.0.2.1', newMx],
    ['192.0.2.2', oldMx],
  ]);
  const since: (number | null)[] = [];
  const { world, wake } = stage({
    ask: serving(address => set('MX', served.get(address) ?? oldMx)),
    poller: {
      watch: ({ expectation }, _heard, signal) =>
        new Promise((_resolve, reject) => {
          since.push(expectation.authorityNewSince);
          signal.addEventListener('abort', () => {
            reject(new Fault('ABORTED', 'given up'));
          });
        }),
    },
  });
  const stop = new AbortController();
  const of = { terms: terms('--watch'), resolvers: [resolver('a')], world };
  let verdicts: readonly string[] = [];
  const running = session(
    of,
    ({ picture }) => {
      verdicts = picture.authority.map(({ verdict }) => verdict);
    },
    stop.signal,
  );
  await expect.poll(() => since).toEqual([null]);
  expect(verdicts).toEqual(['new', 'old']);
  served.set('192.0.2.2', newMx);
  wake(5000);
  await expect.poll(() => since).toEqual([null, 1_005_000]);
  expect(verdicts).toEqual(['new', 'new']);
  stop.abort();
  await running;
});

describe('a failure without a reason', () => {
  const failing = (ede: readonly { code: number; text: string }[]): Observation => ({
    ...answers([]),
    outcome: { kind: 'refused', rcodeName: 'SERVFAIL', ede, nsid: null },
  });
  const dnssec = async (ede: Parameters<typeof failing>[0], sweep: Ask) => {
    const asked: Question[] = [];
    const { world } = stage({
      sweep: (question, at, signal) => {
        asked.push(question);
        return sweep(question, at, signal);
      },
      poller: {
        watch: async (subject, heard) => {
          tells(subject, heard, failing(ede));
        },
      },
    });
    const of = { terms: terms(), resolvers: [resolver('a')], world };
    const { picture } = await session(of, ignore, never);
    return { state: picture.rows[0]?.dnssec, asked };
  };
  const answering: Ask = async () => ({
    ...{ message: message('example.org', 'MX', { answer: [set('MX', newMx)] }), rttMs: 1 },
    transport: 'udp',
  });

  it('is one of the signatures where the data comes as soon as nobody validates', async () => {
    const { state, asked } = await dnssec([], answering);
    expect(state).toBe('bogus');
    expect(asked).toMatchObject([{ type: 'MX', recursive: true, cd: true }]);
  });

  it('stays without one where nothing comes either way', async () => {
    expect(await dnssec([], silence)).toMatchObject({ state: null });
    const refusing: Ask = async () => ({
      ...{ message: message('example.org', 'MX', { rcode: 2 }), transport: 'udp', rttMs: 1 },
    });
    expect(await dnssec([], refusing)).toMatchObject({ state: null });
  });

  it('is not asked about where it has one', async () => {
    expect(await dnssec([{ code: 22, text: '' }], answering)).toEqual({ state: null, asked: [] });
  });
});
