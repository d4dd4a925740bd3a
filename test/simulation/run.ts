/*
 * npm run simulate -- --seed N [--trace]     one seed again, to the same hash
 * npm run simulate -- --seeds A..B           a range, with the speed and what struck
 * --watched or --no-watched                  caches are watched, or not; else the seed decides
 */
import { parseArgs } from 'node:util';
import { faultClasses, noHits } from './faults.ts';
import { simulate } from './simulate.ts';

// Faults are thrown by the thousand here, and nobody reads where from.
Error.stackTraceLimit = 0;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    trace: { type: 'boolean', default: false },
    watched: { type: 'boolean' },
  },
});

const terms = values.watched === undefined ? {} : { watched: values.watched };

async function one(seed: number): Promise<number> {
  const run = await simulate({ seed, trace: values.trace, ...terms });
  for (const line of run.trace) console.log(line);
  console.log(`seed ${seed} hash ${run.hash} ${run.outcome ?? 'no end'} calls ${run.calls.length}`);
  for (const violation of run.violations) console.log(`  ${violation}`);
  return run.violations.length === 0 ? 0 : 1;
}

async function many(from: number, to: number): Promise<number> {
  const began = performance.now();
  const hits = noHits();
  const outcomes = new Map<string, number>();
  const canaries = new Map<string, number>();
  const watch = { runs: 0, questions: 0, settled: 0, unseen: 0, stale: 0 };
  let bad = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const run = await simulate({ seed, ...terms });
    for (const name of faultClasses) hits[name] += run.hits[name];
    const { questions, settled, unseen, stale } = run.watch;
    if (questions > 0) watch.runs += 1;
    watch.questions += questions;
    watch.settled += settled;
    watch.unseen += unseen;
    watch.stale += stale;
    const { canary } = run.watch;
    if (canary !== null) canaries.set(canary, (canaries.get(canary) ?? 0) + 1);
    const outcome = run.outcome ?? 'no end';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (run.violations.length === 0) continue;
    bad += 1;
    console.log(`seed ${seed}: ${run.violations[0] ?? ''}`);
  }
  const perSecond = ((to - from + 1) / (performance.now() - began)) * 1000;
  console.log(hits, Object.fromEntries(outcomes), watch, Object.fromEntries(canaries));
  console.log(`${bad} of ${to - from + 1} seeds failed; ${perSecond.toFixed(0)} seeds/s`);
  return bad === 0 ? 0 : 1;
}

const [from = 1, to = 100] = (values.seeds ?? '').split('..').map(Number);
process.exitCode =
  values.seed === undefined ? await many(from || 1, to || 100) : await one(Number(values.seed));
