import { expect, it } from 'vitest';
import { type Picture } from '../../../src/view/propagation/propagation.ts';
import { session } from '../../../src/commands/propagation/session.ts';
import { type World } from '../../../src/commands/propagation/world.ts';
import { type RRset } from '../../../src/dns/rrset.ts';
import { Fault } from '../../../src/errors.ts';
import { type Heard, type Subject } from '../../../src/poller/subject.ts';
import { parseName } from '../../../src/dns/name.ts';
import { rrset } from '../../../src/dns/rrset.ts';
import { type Ask } from '../../../src/transport/transport.ts';
import {
  message,
  oldMx,
  newMx,
  set,
  serving,
  silence,
  resolver,
  stage,
  terms,
  answers,
  tells,
} from './stage.ts';

/** A poller whose watches last until they are given up. */
function lasting(subjects: Subject[], say: (subject: Subject, heard: Heard) => void) {
  const watch: World['poller']['watch'] = (subject, heard, signal) =>
    new Promise((resolve, reject) => {
      subjects.push(subject);
      say(subject, heard);
      if (subject.mode !== 'watch') resolve();
      signal.addEventListener('abort', () => {
        reject(new Fault('ABORTED', 'given up'));
      });
    });
  return { watch };
}

it('leaves resolvers alone whenever a server gives something else, also one that is silent now', async () => {
  const served = new Map<string, RRset | null>([
    ['192.0.2.1', set('MX', oldMx)],
    ['192.0.2.2', set('MX', oldMx)],
  ]);
  const inner = serving(address => served.get(address) ?? null);
  const ask: Ask = (question, server, signal) =>
    served.get(server.address) === null ? silence() : inner(question, server, signal);
  const subjects: Subject[] = [];
  const poller = lasting(subjects, (subject, heard) => {
    tells(subject, heard, answers([oldMx]));
  });
  const { world, wake } = stage({ ask, poller });
  const stop = new AbortController();
  const of = { terms: terms('--watch'), resolvers: [resolver('a')], world };
  let last: Picture | null = null;
  const running = session(of, ({ picture }) => (last = picture), stop.signal);
  const modes = () => subjects.map(({ mode, resolvers }) => `${mode} ${resolvers.length}`);
  const round = async (one: RRset | null, other: RRset | null) => {
    served.set('192.0.2.1', one).set('192.0.2.2', other);
    const before = last;
    wake(5000);
    await expect.poll(() => last !== before && last?.at === world.clock.now().wall).toBe(true);
    // Whoever waits for the servers has heard of it.
    await new Promise(resolve => setTimeout(resolve, 20));
  };
  await expect.poll(modes).toEqual(['baseline 1']);
  await round(set('MX', newMx), set('MX', oldMx));
  await round(set('MX', newMx), null);
  expect(modes()).toEqual(['baseline 1']);
  expect(last).toMatchObject({ notes: [expect.stringContaining('left alone')] });
  await round(set('MX', newMx), set('MX', newMx));
  await expect.poll(modes).toEqual(['baseline 1', 'watch 1']);
  expect(subjects[1]?.known?.get('a')).toMatchObject({ verdict: 'old', samples: 1 });
  expect(last).toMatchObject({ notes: [] });
  // It was asked already: while a server lags again it is left alone.
  await round(set('MX', newMx), set('MX', oldMx));
  await expect.poll(modes).toEqual(['baseline 1', 'watch 1', 'baseline 0']);
  stop.abort();
  await running;
});

it('follows the servers from one set to another where nobody said what is new', async () => {
  let served = oldMx;
  const subjects: Subject[] = [];
  const poller = lasting(subjects, (subject, heard) => {
    if (subjects.length === 1) tells(subject, heard, answers([oldMx]));
  });
  const { world, wake } = stage({ ask: serving(() => set('MX', served)), poller });
  const stop = new AbortController();
  const of = { terms: { ...terms('--watch'), expect: null }, resolvers: [resolver('a')], world };
  let last: Picture | null = null;
  const running = session(of, ({ picture }) => (last = picture), stop.signal);
  await expect.poll(() => subjects.length).toBe(1);
  served = newMx;
  wake(5000);
  await expect.poll(() => subjects.length).toBe(2);
  expect(subjects[1]?.expectation).toMatchObject({ old: [[oldMx]], new: [newMx] });
  expect(subjects[1]?.expectation.authorityNewSince).toBe(1_005_000);
  expect(last).toMatchObject({
    ...{ expected: [newMx], old: [[oldMx]], authority: [{ verdict: 'new' }, { verdict: 'new' }] },
    ...{ rows: [{ verdict: 'old' }], notes: [expect.stringContaining('THE SERVERS CHANGED')] },
  });
  stop.abort();
  await running;
});

it('goes on behind an alias that took the place of the records', async () => {
  const [name, target] = [parseName('example.org'), parseName('mail.example.org')];
  const alias = rrset({ name, type: 'CNAME', ttl: 60, rdata: [target] });
  const records = rrset({ name: target, type: 'MX', ttl: 60, rdata: [newMx] });
  let aliased = false;
  const inner = serving(() => set('MX', oldMx));
  const ask: Ask = async (question, server, signal) => {
    if (!aliased || question.type !== 'MX') return inner(question, server, signal);
    const answer = question.name === name ? [alias, records] : [records];
    return { message: message(question.name, 'MX', { answer }), transport: 'udp', rttMs: 1 };
  };
  const subjects: Subject[] = [];
  const { world, wake } = stage({ ask, poller: lasting(subjects, () => undefined) });
  const stop = new AbortController();
  const of = { terms: terms('--watch'), resolvers: [resolver('a')], world };
  let last: Picture | null = null;
  const running = session(of, ({ picture }) => (last = picture), stop.signal);
  await expect.poll(() => subjects.length).toBe(1);
  aliased = true;
  wake(5000);
  await expect.poll(() => last).toMatchObject({ authority: [{ verdict: 'silent' }, {}] });
  wake(5000);
  await expect.poll(() => subjects.at(-1)?.mode).toBe('watch');
  expect(subjects.at(-1)?.expectation.aliases).toEqual([{ name, target }]);
  expect(last).toMatchObject({ authority: [{ verdict: 'new' }, { verdict: 'new' }] });
  stop.abort();
  await running;
});
