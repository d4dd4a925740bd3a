import { describe, expect, it } from 'vitest';
import { patient } from '../support/cli.ts';
import { type OnEnd } from '../support/scene.ts';
import { type Cloud, clouds } from './clouds.ts';
import {
  agree,
  approve,
  asked,
  atGate,
  confirmed,
  keepsSecrets,
  mxLines,
  mxOf,
  published,
  rollback,
  saysNoSecret,
  toTheEnd,
  wroteOnce,
} from './clouds-stage.ts';
import { apex, hosted, newMx, oldMx, zone } from './hosted.ts';
import { burst, users } from './witness.ts';

// Whole cutovers by the command line at the doubles of the clouds, whose name servers and caches are real.

async function wholeCutover(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const mischief = { seed: 20, rate: 0.05, wild: true };
  const place = await hosted(cloud, onEnd, { mischief });
  const { desk, double, cache, extras, before } = place;
  place.publishing.lagMs = 300;
  const first = published(place);
  const kept = extras();
  const shown = await desk.run('plan', zone, '--detailed-exitcode');
  expect(shown.code, shown.err).toBe(2);
  expect(double.writes(apex)).toBe(before.writes);
  // Whatever chance brings: of the write after the claim, the low TTL, nobody hears that it was made.
  const forget = double.subscribe(() => {
    forget();
    double.mischief.next(['reset after'], 'write');
  });
  const start = await atGate(place);
  expect(mxOf(place)).toEqual(mxLines(before.low, ...oldMx));
  const people = users(cache, asked, 300);
  onEnd(() => people.stop());
  await approve(place);
  await toTheEnd(place, start);
  expect((await burst(cache, asked, 5)).map(({ said }) => said)).not.toContain('old');

  await agree(place, first, mxLines(before.ttl, newMx));
  // The new record stands in the place of one of the old ones, with all that was kept there.
  for (const now of Object.values(extras())) expect(Object.values(kept)).toContainEqual(now);
  expect(Object.keys(extras()).length).toBe(Math.min(1, Object.keys(kept).length));
  const journal = await desk.journal();
  expect(confirmed(journal)).toEqual(['claim', 'low', 'swap', 'restore', 'unclaim']);
  wroteOnce(place, journal);
  const unheard = double.log.filter(
    ({ request, status }) => `${request.method} ${status}` === 'POST 0',
  );
  expect(unheard.length).toBeGreaterThanOrEqual(1);
  const report = await desk.json('report', zone);
  expect(report).toMatchObject({ outcome: 'done', world: { resolvers: 1, share: 1 } });
  await keepsSecrets(place);
}

async function rolledBack(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const place = await hosted(cloud, onEnd, { mischief: { seed: 21, rate: 0.05, wild: false } });
  const { desk, extras, cache, before } = place;
  const first = published(place);
  const kept = extras();
  // Propagate lasts, since the name server stays behind for a while.
  const start = await atGate(place);
  place.publishing.lagMs = 3000;
  await approve(place);
  await start.entered('propagate');
  expect(mxOf(place)).toEqual(mxLines(before.low, newMx));
  place.publishing.lagMs = 0;
  const back = await desk.run(...rollback);
  expect(back.code, back.err).toBe(0);
  expect((await start.ended).code).toBe(6);
  await agree(place, first, mxLines(before.ttl, ...oldMx));
  expect(published(place)).toEqual(first);
  expect(extras()).toEqual(kept);
  expect((await burst(cache, asked, 3)).map(({ said }) => said)).not.toContain('new');
  wroteOnce(place, await desk.journal());
  saysNoSecret(place);
}

/** The request is at the service when the process dies: it takes effect, and nobody hears the answer. */
async function killed(cloud: Cloud, onEnd: OnEnd): Promise<void> {
  const place = await hosted(cloud, onEnd);
  const { desk, double, before } = place;
  const first = published(place);
  const hash = await desk.hash();
  const start = await atGate(place);
  double.aim(() => {
    start.kill('SIGKILL');
  });
  await approve(place);
  expect((await start.ended).signal).toBe('SIGKILL');
  expect(mxOf(place)).toEqual(mxLines(before.low, newMx));
  const dead = await desk.json('status', zone);
  expect(dead).toMatchObject({ stage: 'swap', intent: { purpose: 'swap' } });
  const second = desk.start(hash);
  await toTheEnd(place, second);
  await agree(place, first, mxLines(before.ttl, newMx));
  const journal = await desk.journal();
  expect(confirmed(journal)).toEqual(['claim', 'low', 'swap', 'restore', 'unclaim']);
  wroteOnce(place, journal);
  saysNoSecret(place);
}

describe.concurrent.each(clouds.map(cloud => [cloud.name, cloud] as const))(
  'a zone at %s',
  patient,
  (_, cloud) => {
    it('is cut over, whatever service and network do meanwhile', ({ onTestFinished }) =>
      wholeCutover(cloud, onTestFinished));

    it('is put back exactly by a rollback', ({ onTestFinished }) =>
      rolledBack(cloud, onTestFinished));

    it('is gone on with by another process when one is killed before the answer to its write', ({
      onTestFinished,
    }) => killed(cloud, onTestFinished));
  },
);
