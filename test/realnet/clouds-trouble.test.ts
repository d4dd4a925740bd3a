import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { rrset } from '../../src/dns/rrset.ts';
import { type Event, patient, type Running } from '../support/cli.ts';
import { type OnEnd } from '../support/scene.ts';
import { type Cloud, clouds } from './clouds.ts';
import {
  agree,
  approve,
  atGate,
  count,
  keepsSecrets,
  leave,
  mxLines,
  mxOf,
  published,
  rollback,
  saysNoSecret,
  throughDrain,
  wroteOnce,
} from './clouds-stage.ts';
import { apex, type Hosted, hosted, mxKey, newMx, oldMx, zone } from './hosted.ts';

// What other people and the service itself do to a cutover at a cloud.

const theirs = '5 mx.somebody.example.';
const edit = ({ double }: Hosted, ttl: number, ...rdata: readonly string[]): void => {
  double.edit(apex, mxKey, rrset({ ...mxKey, ttl, rdata }));
};
/** The swap is at the cloud from now on: calls back in the same turn, once. */
function afterSwap(place: Hosted, act: () => void): void {
  const stop = place.double.subscribe(() => {
    if (!mxOf(place).some(line => line.endsWith(newMx))) return;
    stop();
    act();
  });
}

/** Between the look of the swap and the swap itself somebody puts another MX there. */
async function editBetween(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const place = await hosted(cloud, onEnd);
  const { desk, double, before } = place;
  const start = await atGate(place);
  double.aim(() => {
    edit(place, before.low, theirs);
  });
  await approve(place);
  const { differences } = await start.held('conflict');
  expect(differences).toMatchObject([{ found: { ttl: before.low, rdata: [theirs] } }]);
  expect(mxOf(place)).toEqual(mxLines(before.low, theirs));
  edit(place, before.low, ...oldMx);
  expect((await desk.run('retry', zone)).code).toBe(0);
  await start.entered('propagate');
  expect(mxOf(place)).toEqual(mxLines(before.low, newMx));
  await leave(start);
}

/**
 * Where nothing but ids is compared, somebody's edit of a record where it stands is overwritten when it
 * comes between the look and the write. That window is what the journal tells.
 */
async function editInWindow(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const place = await hosted(cloud, onEnd);
  const { desk, double, before } = place;
  const start = await atGate(place);
  double.aim(() => {
    place.editInPlace?.(5, 'mx.somebody.example');
  });
  await approve(place);
  await start.entered('propagate');
  expect(mxOf(place)).toEqual(mxLines(before.low, newMx));
  const swap = (await desk.journal()).findLast(({ type }) => type === 'write.confirmed');
  const { windowMs } = swap!.data['receipt'] as { windowMs: number };
  expect(windowMs).toBeGreaterThan(0);
  // A terminal's width breaks the sentence anywhere.
  const told = (await desk.run('events', zone)).out.replaceAll(/\s+/g, ' ');
  expect(told).toMatch(/between look and answer an edit of others would have been overwritten/);
  await leave(start);
}

/** Right after the swap somebody adds a record: nobody but a person can tell whether it belongs there. */
async function editAfter(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const place = await hosted(cloud, onEnd);
  const { desk, before } = place;
  const start = await atGate(place);
  afterSwap(place, () => {
    edit(place, before.low, newMx, theirs);
  });
  await approve(place);
  const { differences } = await start.held('conflict');
  expect(differences).toMatchObject([{ found: { rdata: [newMx, theirs] } }]);
  const status = await desk.json('status', zone);
  expect(JSON.stringify(status['hold'])).toContain('mx.somebody.example');
  expect(mxOf(place)).toEqual(mxLines(before.low, newMx, theirs));
  await leave(start);
}

const throttledIn = (event: Event): boolean =>
  JSON.stringify(event.data).includes('"RATE_LIMITED"');

/** From the next write on the service throttles everything, for longer than one request is tried. */
async function storm(place: Hosted, start: Running, begin: () => Promise<unknown>): Promise<void> {
  const { mischief, log } = place.double;
  const since = start.events.at(-1)?.seq ?? 0;
  const turnedAway = () => log.filter(({ status }) => status >= 400).length;
  const before = turnedAway();
  mischief.always('throttled', 'write');
  const begun = begin();
  while (turnedAway() === before) await sleep(20);
  mischief.always('throttled');
  const told = await start.seen('the storm', event => throttledIn(event) && event.seq > since);
  expect(told.type).toBe('trouble.seen');
  expect(turnedAway()).toBeGreaterThan(before + 2);
  mischief.always(null);
  await begun;
}

async function storms(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const place = await hosted(cloud, onEnd);
  const { desk, before } = place;
  const first = published(place);
  const start = await atGate(place);
  await storm(place, start, () => approve(place));
  await start.entered('propagate');
  expect(mxOf(place)).toEqual(mxLines(before.low, newMx));
  await storm(place, start, () => desk.run(...rollback));
  expect((await start.ended).code).toBe(6);
  await agree(place, first, mxLines(before.ttl, ...oldMx));
  const journal = await desk.journal();
  wroteOnce(place, journal);
  expect(journal.filter(throttledIn).length).toBeGreaterThanOrEqual(2);
  expect(count(journal, 'write.not-applied')).toBe(0);
  saysNoSecret(place);
}

/** The credentials may only read from then on; what is said about it, and by whom. */
async function refused(
  cloud: Cloud,
  { desk }: Hosted,
  { start, after }: { readonly start: Running; readonly after: number },
): Promise<number> {
  const held = await start.seen('a refused write', ({ type, data, seq }) => {
    const { why } = (data['reason'] ?? {}) as { why?: string };
    return type === 'held' && why === 'write-refused' && seq > after;
  });
  const reason = held.data['reason'] as { code: string; message: string };
  expect(reason.code).toBe('UNAUTHORIZED');
  expect(reason.message).toMatch(cloud.withoutRight);
  expect((await desk.run('status', zone)).out).toMatch(cloud.withoutRight);
  return held.seq;
}

/** Who may read and not write is told so before anything is started. */
async function findsNoRight(cloud: Cloud, { desk, double, before }: Hosted): Promise<void> {
  const check = await desk.run('check', zone, '--json');
  expect(check.code, check.err).toBe(3);
  const { findings } = JSON.parse(check.out) as {
    findings: readonly { id: string; status: string; observed: string; remedy?: string }[];
  };
  const finding = findings.find(({ id }) => id === 'provider-write-dry-run');
  expect(finding).toMatchObject({ status: 'fail' });
  expect(`${finding?.observed} ${finding?.remedy}`).toMatch(cloud.findsNoRight);
  expect(double.writes(apex)).toBe(before.writes);
}

/** The rights go away after the claim, and again after the swap, when a rollback needs them. */
async function rights(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const place = await hosted(cloud, onEnd);
  const { desk, double, before } = place;
  const first = published(place);
  double.rights('read only');
  await findsNoRight(cloud, place);
  double.rights('full');
  const forget = double.subscribe(() => {
    forget();
    double.rights('read only');
  });
  const start = desk.start(await desk.hash());
  const claimed = await refused(cloud, place, { start, after: 0 });
  expect(mxOf(place)).toEqual(mxLines(before.ttl, ...oldMx));
  double.rights('full');
  expect((await desk.run('retry', zone)).code).toBe(0);
  await throughDrain(place, start);
  afterSwap(place, () => {
    double.rights('read only');
  });
  await approve(place);
  await start.entered('propagate');
  const back = await desk.run(...rollback);
  expect(back.code, back.err).toBe(7);
  await refused(cloud, place, { start, after: claimed });
  expect(mxOf(place)).toEqual(mxLines(before.low, newMx));
  double.rights('full');
  expect((await desk.run('retry', zone)).code).toBe(0);
  expect((await start.ended).code).toBe(6);
  await agree(place, first, mxLines(before.ttl, ...oldMx));
  wroteOnce(place, await desk.journal());
  await keepsSecrets(place);
}

describe.concurrent.each(clouds.map(cloud => [cloud.name, cloud] as const))(
  'a zone at %s',
  patient,
  (_, cloud) => {
    it('that somebody edits between the look and the write of the swap', ({ onTestFinished }) =>
      editBetween(cloud, onTestFinished));

    if (cloud.compareAndSwap === 'checked')
      it('whose records somebody edits where they stand in the window of the swap', ({
        onTestFinished,
      }) => editInWindow(cloud, onTestFinished));

    it('to which somebody adds a record right after the swap', ({ onTestFinished }) =>
      editAfter(cloud, onTestFinished));

    it('whose service throttles during the swap and during the rollback', ({ onTestFinished }) =>
      storms(cloud, onTestFinished));

    it('whose credentials lose their rights and get them back', ({ onTestFinished }) =>
      rights(cloud, onTestFinished));
  },
);
