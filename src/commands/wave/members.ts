import { type App, type Planned } from '../../app.ts';
import { inParallel } from '../../authority/parallel.ts';
import { type Config } from '../../config/config.ts';
import { type Cutover } from '../../cutover/cutover.ts';
import { blocks } from '../../cutover/finding.ts';
import { type Order } from '../../cutover/order.ts';
import { memberOf, wavesHash, wavesOf, type Waves } from '../../cutover/wave.ts';
import { displayName, type Name } from '../../dns/name.ts';
import { Fault, isFault, toFault } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { type WaveRow } from '../../view/wave.ts';
import { type Context } from '../context.ts';

/** The newest cutover of every domain. */
export async function newestOf(app: App): Promise<ReadonlyMap<Name, Cutover>> {
  const newest = new Map<Name, Cutover>();
  const number = ({ id }: Cutover): number => Number(id.split('.').at(-1));
  for (const cutover of await app.list()) {
    const known = newest.get(cutover.domain);
    if (known === undefined || number(known) < number(cutover)) newest.set(cutover.domain, cutover);
  }
  return newest;
}

/** The waves of the file. @throws Fault USAGE where it has none */
async function wavesOfFile(
  context: Context,
): Promise<{ readonly config: Config; readonly waves: Waves }> {
  const config = await context.config();
  if (config.waves !== null) return { config, waves: config.waves };
  throw new Fault('USAGE', 'the configuration has no waves', {
    where: config.file,
    fix: 'add waves: { canary: [DOMAIN], shares: [10, 50, 100] }, or start domains one by one',
  });
}

type Made = Pick<WaveRow, 'cutover' | 'hash' | 'blockers' | 'problem'>;

const nothing = { blockers: [], problem: null };

async function rowOf(
  { app, config }: { readonly app: App; readonly config: Config },
  { order, newest }: { readonly order: Order; readonly newest: Cutover | null },
  signal: AbortSignal,
): Promise<Made> {
  if (newest?.outcome === null) return { cutover: newest, hash: newest.plan.hash, ...nothing };
  let planned: Planned;
  try {
    config.refuseOverdue(displayName(order.domain));
    planned = await app.plan(order, signal);
  } catch (error) {
    const fault = toFault(error);
    if (signal.aborted) throw fault;
    // What a cutover that is done has made leaves nothing to be planned.
    if (newest?.outcome === 'done' && isFault(fault, 'REFUSED'))
      return { cutover: newest, hash: newest.plan.hash, ...nothing };
    return { cutover: null, hash: null, blockers: [], problem: fault.message };
  }
  const { plan, findings } = planned;
  const blockers = findings.filter(one => blocks(one, plan.policy.accept)).map(({ id }) => id);
  const cutover = newest?.plan.hash === plan.hash ? newest : null;
  return { cutover, hash: plan.hash, blockers, problem: null };
}

/** Every domain with its plan: the journalled one of what is under way, else one made now. Read-only. */
export async function planWaves(context: Context): Promise<{
  readonly waves: Waves;
  readonly rows: readonly WaveRow[];
  readonly hash: string | null;
}> {
  const { config, waves } = await wavesOfFile(context);
  const app = await context.app();
  const newest = await newestOf(app);
  const now = app.environment.clock.now().wall;
  const lists = wavesOf(
    waves,
    config.orders.map(({ domain }) => domain),
  );
  const rows = await inParallel(config.orders, limits.wavePlansAtOnce, async order => {
    const { domain } = order;
    const known = newest.get(domain) ?? null;
    const made = await rowOf({ app, config }, { order, newest: known }, context.signal);
    const member = memberOf(domain, made.cutover, { now, patience: waves.patience });
    return { ...made, member, wave: lists.findIndex(list => list.includes(domain)) };
  });
  const pairs = rows.flatMap(({ member, hash }) =>
    hash === null ? [] : [[member.domain, hash] as const],
  );
  const hash = pairs.length === rows.length ? wavesHash(waves, pairs) : null;
  return { waves, rows, hash };
}

/** The same from the store alone; nothing is planned, so what was never started has no hash. */
export async function readWaves(
  context: Context,
): Promise<{ readonly waves: Waves; readonly rows: readonly WaveRow[]; readonly hash: null }> {
  const { config, waves } = await wavesOfFile(context);
  const newest: ReadonlyMap<Name, Cutover> = context.hasStore()
    ? await newestOf(await context.app())
    : new Map<Name, Cutover>();
  const now = Date.now();
  const domains = config.orders.map(({ domain }) => domain);
  const lists = wavesOf(waves, domains);
  const rows = domains.map((domain): WaveRow => {
    const cutover = newest.get(domain) ?? null;
    const member = memberOf(domain, cutover, { now, patience: waves.patience });
    const wave = lists.findIndex(list => list.includes(domain));
    return { member, wave, cutover, hash: cutover?.plan.hash ?? null, ...nothing };
  });
  return { waves, rows, hash: null };
}
