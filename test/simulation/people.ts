import { type App } from '../../src/app.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Act } from '../../src/cutover/event.ts';
import { claimKey } from '../../src/cutover/write.ts';
import { blocks } from '../../src/cutover/finding.ts';
import { isFault } from '../../src/errors.ts';
import { keyText, sameRRset } from '../../src/dns/rrset.ts';
import { type Judge } from './judge.ts';
import { reportOf } from './mail-report.ts';
import { type World } from './world.ts';

export interface Operator {
  /** Plans and starts; tries again until it works. */
  start(): void;
  readonly state: () => Cutover | null;
}

const reason = 'simulated';

/** Puts back what the cutover believes to be there, as a person does who found the culprit. */
function putBack({ zone, edit, trace }: World, state: Cutover): void {
  for (const track of state.plan.tracks) {
    const expected = track.positions[state.places[track.key] ?? 0] ?? null;
    const found = zone.get(track)?.rrset ?? null;
    if (sameRRset(found, expected)) continue;
    // A declared value may be ours, under way; only what nobody planned is mended.
    trace.note(`the operator puts ${keyText(track)} back`);
    edit({ name: track.name, type: track.type }, expected, 'the operator');
  }
}

/** What a person does about a hold. */
function decide(world: World, state: Cutover): Act | null {
  const { random, faults, clock, zone, scene } = world;
  const why = state.hold?.why;
  const retry: Act = { type: 'retry', swapUntil: null, reason };
  const rollback: Act = { type: 'rollback', to: random.pick(['step', 'snapshot']), reason };
  const abandon: Act = { type: 'abandon', reason };
  switch (why) {
    case undefined:
      return null;
    case 'window-missed':
      return random.chance(0.2)
        ? rollback
        : { type: 'retry', swapUntil: clock.now().wall + 3_600_000, reason };
    case 'claimed': {
      const claim = zone.get(claimKey(scene.domain));
      const other = /run=(\S+)/.exec(claim?.rrset.rdata[0] ?? '')?.[1] ?? null;
      if (other !== null && other !== state.run && random.chance(0.5))
        return { type: 'take-claim', run: other, reason };
      if (claim !== null) world.edit(claimKey(scene.domain), null, 'the operator');
      return random.chance(0.1) ? abandon : retry;
    }
    case 'zone-changed':
    case 'conflict':
    case 'mx-missing':
      if (random.chance(0.7)) putBack(world, state);
      return random.chance(0.25) && why === 'conflict' ? rollback : retry;
    case 'authority-unreachable':
    case 'authority-behind':
    case 'signature':
    case 'dnssec-bogus':
      return random.chance(0.1) ? rollback : null;
    case 'resolvers-cannot-tell':
      return random.chance(0.05) ? rollback : random.chance(0.2) ? retry : null;
    case 'blocked':
    case 'write-refused':
    case 'write-failing':
    case 'rollback-undelivered':
      if (faults.has('abandon') && random.chance(0.1)) return abandon;
      return random.chance(0.15) && why !== 'blocked' && why !== 'rollback-undelivered'
        ? rollback
        : retry;
  }
}

/** What a person does who looks at a cutover that waits, or is in a mood. */
function choose(world: World, state: Cutover): Act | null {
  const { faults, random } = world;
  if (state.outcome !== null) return null;
  if (state.paused !== null) return random.chance(0.5) ? { type: 'resume', reason } : null;
  if (faults.strikes('rollback-step', 0.03)) return { type: 'rollback', to: 'step', reason };
  if (faults.strikes('rollback-snapshot', 0.02))
    return { type: 'rollback', to: 'snapshot', reason };
  if (faults.strikes('abandon', 0.01)) return { type: 'abandon', reason };
  if (faults.strikes('pause', 0.06)) return { type: 'pause', reason };
  const seen = reportOf(world, state);
  if (seen !== null) return seen;
  if (state.hold !== null) return decide(world, state);
  if (state.stage === 'rollback' && state.rollback?.phase === 'settling')
    if (faults.strikes('retry-after-rollback', 0.5))
      return { type: 'retry', swapUntil: null, reason };
  if (state.stage === 'gate' && state.findings.length > 0) {
    if (state.findings.some(finding => blocks(finding, state.accepted))) {
      if (random.chance(0.3)) putBack(world, state);
      return random.chance(0.05) ? { type: 'rollback', to: 'step', reason } : null;
    }
    const attest = state.plan.policy.attest.map((_, index) => index);
    const unattested = attest.some(index => !state.attested.includes(index));
    const unapproved = state.plan.policy.approval === 'required' && state.approval === null;
    if ((unattested || unapproved) && !faults.strikes('approval-late', 0.8))
      return { type: 'approve', attest, accept: [], reason };
  }
  // Where mail hosts are asked the sweep takes its time: then there is something to be seen.
  if (state.stage === 'sweep' && (world.mail === null || random.chance(0.04)))
    return { type: 'confirm', what: 'mail-swept', reason };
  return null;
}

/** A seeded operator: looks now and then, and does what the cutover waits for, mostly. */
export function operator(
  world: World,
  app: App,
  { judge, rollbackIn }: { judge: Judge; rollbackIn: readonly string[] },
): Operator {
  const { clock, random, trace, scene } = world;
  const stop = new AbortController().signal;
  let known: Cutover | null = null;
  let holds = 0;

  const failed = (what: string, error: unknown): void => {
    const code = isFault(error) ? error.code : 'BUG';
    trace.note(`operator: ${what} ${code} ${error instanceof Error ? error.message : ''}`);
    if (code === 'BUG' || code === 'MALFORMED') judge.violate(`${what}: ${String(error)}`);
  };
  const look = async (): Promise<void> => {
    if (world.id === null) return;
    const state = await app.find(world.id);
    if (state === null) return;
    known = state;
    if (state.hold !== null) holds += 1;
    // Nobody retries for ever: a person who sees no end gives up and leaves the zone as it is.
    const tired = holds > 60 && state.hold !== null;
    const back = rollbackIn.includes(state.stage) && state.outcome === null;
    const act: Act | null = tired
      ? { type: 'abandon', reason }
      : back
        ? { type: 'rollback', to: 'step', reason }
        : choose(world, state);
    if (act === null) return;
    trace.note(`operator: ${act.type} in ${state.stage} ${state.hold?.why ?? ''}`);
    if (act.type === 'observe') judge.reported(act);
    await app.act(world.id, act, { name: 'kim' });
  };
  const again = (): void => {
    clock.after(random.between(5000, 60_000), () => {
      if (known?.outcome) return;
      look().then(again, (error: unknown) => {
        failed('act', error);
        again();
      });
    });
  };
  const start = async (): Promise<void> => {
    const { plan } = await app.plan(scene.order, stop);
    world.plan = plan;
    const terms = { accept: [], takeClaim: null, reason: null };
    world.id = await app.start(plan, terms, 'kim');
  };
  const begin = (): void => {
    start().then(again, (error: unknown) => {
      failed('start', error);
      clock.after(20_000, begin);
    });
  };
  return { state: () => known, start: begin };
}
