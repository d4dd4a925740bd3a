import { Counter, Gauge, type Registry } from 'prom-client';
import { type App } from '../../app.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { stages } from '../../cutover/stage.ts';
import { limits } from '../../limits.ts';
import { headOf } from '../../store/head.ts';
import { statusOf, type Status } from '../../view/status/status.ts';
import { type Kit } from '../kit.ts';
import { allCutovers } from '../rows.ts';
import { briefScene } from '../events/scene.ts';

/** What is read at the moment somebody asks. */
export type Sources = Pick<Kit, 'app' | 'hub' | 'version'>;

const everyStage = [...stages, 'rollback'] as const;

/** Those under way, then what ended lately; a bounded number, so that nobody's database overflows. */
function told(cutovers: readonly Cutover[], now: number): readonly Cutover[] {
  const endedLately = ({ endedAt }: Cutover): boolean =>
    endedAt !== null && now - endedAt < limits.metricsEndedMs;
  const open = cutovers.filter(({ outcome }) => outcome === null);
  const ended = cutovers.filter(one => one.outcome !== null && endedLately(one));
  return [...open, ...ended].slice(0, limits.metricsCutovers);
}

interface Seen {
  readonly status: Status;
  /** Runs in this process. */
  readonly own: boolean;
}

async function seenOf(app: App, cutover: Cutover): Promise<Seen> {
  const scene = await briefScene(app, cutover);
  const { runner } = scene.kept;
  const { host } = app.environment;
  const own = runner?.pid === process.pid && runner.host === host;
  return { status: statusOf(cutover, scene.now, scene.kept), own };
}

const flag = (is: boolean): number => (is ? 1 : 0);

/** One series for each cutover, or each of it and a word of a short list; never for a resolver. */
function cutoverGauges(registry: Registry) {
  const gauge = (name: string, help: string, ...more: readonly string[]) =>
    new Gauge({ name, help, labelNames: ['cutover', ...more], registers: [registry] });
  const state = gauge(
    'dns_cutover_state',
    '1 for the stage that it is in, 0 for the others.',
    'stage',
  );
  const held = gauge('dns_cutover_held', '1 while a person must decide.');
  const paused = gauge('dns_cutover_paused', '1 while an operator keeps it from going on.');
  const controlled = gauge('dns_cutover_controlled', '1 while a living controller runs it.');
  const ratio = gauge('dns_cutover_propagated_ratio', 'Share that is new, by estimated weight.');
  const resolvers = gauge('dns_cutover_resolvers', 'Resolvers by what they say.', 'view');
  const all = [state, held, paused, controlled, ratio, resolvers];
  const set = ({ status }: Seen): void => {
    const { id: cutover, stage, outcome, hold, propagation, controller } = status;
    for (const one of everyStage) state.set({ cutover, stage: one }, flag(one === stage));
    if (outcome !== null) return;
    held.set({ cutover }, flag(hold !== null));
    paused.set({ cutover }, flag(status.paused !== null));
    controlled.set({ cutover }, flag(controller?.running === true));
    const world = propagation?.resolvers ?? null;
    if (world === null) return;
    if (world.share !== null) ratio.set({ cutover }, world.share);
    for (const [view, count] of Object.entries(world.counts))
      resolvers.set({ cutover, view }, count);
  };
  return (list: readonly Seen[]): void => {
    for (const one of all) one.reset();
    for (const one of list) set(one);
  };
}

/** Reads the store and the hub, and puts what they say into the registry. */
export function gaugesOf(registry: Registry): (sources: Sources) => Promise<void> {
  const registers = [registry];
  const cutovers = cutoverGauges(registry);
  const head = new Gauge({
    ...{ registers, name: 'dns_cutover_event_seq' },
    help: 'Number of the last line of the journal, over all cutovers.',
  });
  const clients = new Gauge({
    ...{ registers, name: 'dns_cutover_sse_clients' },
    help: 'Readers of event streams that are connected now.',
  });
  const dropped = new Counter({
    ...{ registers, name: 'dns_cutover_sse_dropped_total', labelNames: ['reason'] },
    help: 'Readers of event streams that were dropped.',
  });
  const lease = new Gauge({
    ...{ registers, name: 'dns_cutover_lease_held' },
    help: 'Cutovers that this process runs.',
  });
  const build = new Gauge({
    ...{ registers, name: 'dns_cutover_build_info', labelNames: ['version', 'node'] },
    help: 'Always 1; what runs.',
  });
  let known = 0;
  return async ({ app, hub, version }) => {
    const { store, clock } = app.environment;
    const list = told(await allCutovers(app), clock.now().wall);
    const seen: Seen[] = [];
    for (const cutover of list) seen.push(await seenOf(app, cutover));
    known = await headOf(store, known);
    const stats = hub.stats();
    cutovers(seen);
    head.set(known);
    clients.set(stats.clients);
    dropped.reset();
    for (const [reason, count] of Object.entries(stats.dropped)) dropped.inc({ reason }, count);
    lease.set(seen.filter(({ own }) => own).length);
    build.set({ version, node: process.version }, 1);
  };
}
