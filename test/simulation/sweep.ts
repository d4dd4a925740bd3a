import { type Environment } from '../../src/controller/environment.ts';
import { keyText } from '../../src/dns/rrset.ts';
import { Fault } from '../../src/errors.ts';
import { type Question, type Reply, type Server } from '../../src/transport/transport.ts';
import { isCanarys } from './caches.ts';
import { type Judge } from './judge.ts';
import { type SimulatedProcess } from './process.ts';
import { pass, untilAborted } from './waiting.ts';
import { type World } from './world.ts';

interface Sweeping {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly judge: Judge;
}

async function sweep(
  { world, process, judge }: Sweeping,
  { question, at }: { readonly question: Question; readonly at: Server },
  signal: AbortSignal,
): Promise<Reply> {
  const { faults, random, clock, caches, muted } = world;
  const of = caches.resolvers.find(({ resolver }) => resolver.addresses.includes(at.address));
  if (of === undefined) throw new Fault('UNAVAILABLE', `no route to ${at.address}`);
  const canarys = isCanarys(question);
  judge.asked(process, of, canarys);
  // Whatever leads to the resolvers is cut for a while.
  if (faults.strikes('resolvers-silent', 0.02))
    muted.until = clock.truth() + random.pick([60_000, 600_000, 7_200_000]);
  if (clock.truth() < muted.until) {
    await untilAborted(signal, pass(world, 3000));
    throw new Fault('UNAVAILABLE', `${at.address} did not answer within 3 s`);
  }
  const { reply, from } = await caches.ask(of, question, signal);
  if (!signal.aborted && !canarys) judge.told(process, of, from);
  return reply;
}

/** How one process asks the resolvers: it can die at each question. */
export const processSweep = (sweeping: Sweeping): Environment['sweep'] => ({
  ask: (question, at, signal) =>
    sweeping.process.call(`sweep ${at.address} ${keyText(question)}`, () =>
      sweep(sweeping, { question, at }, signal),
    ),
  renew: () => undefined,
});
