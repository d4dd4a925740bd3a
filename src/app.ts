import { append, folded, loadCutover } from './controller/append.ts';
import { control, type Ended } from './controller/controller.ts';
import { type Environment } from './controller/environment.ts';
import { judge, look } from './controller/look.ts';
import { makePlan } from './cutover/build.ts';
import { type Cutover } from './cutover/cutover.ts';
import { proof } from './cutover/drain.ts';
import { preparedNow } from './cutover/prepared.ts';
import { type Act } from './cutover/event.ts';
import { type Finding } from './cutover/finding.ts';
import { type Entry } from './cutover/line.ts';
import { type Order } from './cutover/order.ts';
import { type Plan } from './cutover/plan.ts';
import { type Survey } from './cutover/survey.ts';
import { displayName, parseName, type Name } from './dns/name.ts';
import { keyText, type Key } from './dns/rrset.ts';
import { limits } from './limits.ts';
import { openCanary } from './poller/canary.ts';
import { makePoller } from './poller/poller.ts';
import { watchWorld } from './poller/world.ts';

export type { Environment };

/** A plan with what it was made from. Nothing was changed for it. */
export interface Planned {
  readonly plan: Plan;
  readonly survey: Survey;
  readonly findings: readonly Finding[];
}

export interface StartTerms {
  readonly accept: readonly {
    readonly id: string;
    readonly subject: string | null;
    readonly reason: string;
  }[];
  readonly takeClaim: string | null;
  readonly reason: string | null;
}

/** Everything the product can do, over an Environment: the command line, the API and the tests use this. */
export interface App {
  readonly environment: Environment;
  /** The plan of an order from the zone as it is now, judged by nobody yet. Read-only. */
  draft(order: Order, signal: AbortSignal): Promise<Omit<Planned, 'findings'>>;
  /** Makes the plan of an order from the zone as it is now. Read-only. */
  plan(order: Order, signal: AbortSignal): Promise<Planned>;
  /** Judges a running cutover as its own gate would. Read-only. */
  check(cutover: Cutover, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Records the start of a plan; the id of the cutover. A running cutover of the same plan is found again. */
  start(plan: Plan, terms: StartTerms, by: string): Promise<string>;
  /** A person's act, accepted or refused at once. */
  act(
    id: string,
    act: Act,
    by: { readonly name: string; readonly expect?: number },
  ): Promise<Cutover>;
  /** Becomes the owner and does what is due, until the end. */
  control(id: string, signal: AbortSignal): Promise<Ended>;
  /** The cutover of this id, or the newest one of this domain. */
  find(name: string): Promise<Cutover | null>;
  list(): Promise<readonly Cutover[]>;
  journal(id: string): Promise<readonly Entry[]>;
}

const editKeys = (order: Order): readonly Key[] => {
  const edits = [
    ...order.prepare,
    ...order.steps.flatMap(({ edits: list }) => list),
    ...order.afterwards,
  ];
  return [
    ...new Map(edits.map(({ name, type }) => [keyText({ name, type }), { name, type }])).values(),
  ];
};

/** One look gives the plan and what the checks judge it by. */
async function draftOrder(
  environment: Environment,
  order: Order,
  signal: AbortSignal,
): Promise<Omit<Planned, 'findings'>> {
  const { domain, provider, authority } = order;
  const survey = await look(
    environment,
    { domain, provider, authority, keys: editKeys(order) },
    signal,
  );
  const plan = makePlan({
    order,
    zone: survey.zone,
    current: Object.fromEntries(
      Object.entries(survey.hosted).map(([key, hosted]) => [key, hosted?.rrset ?? null]),
    ),
    capabilities: survey.capabilities,
    primaries: [
      ...new Set(
        survey.round.readings.map(({ primary }) => primary).filter(name => name !== undefined),
      ),
    ],
  });
  return { plan, survey };
}

async function planOrder(
  environment: Environment,
  order: Order,
  signal: AbortSignal,
): Promise<Planned> {
  const { plan, survey } = await draftOrder(environment, order, signal);
  const { accept } = plan.policy;
  const judged = { plan, survey, places: {}, step: 0, runs: [], accepted: accept, gate: false };
  return { plan, survey, findings: await judge(environment, judged, signal) };
}

/** What the gate of a running cutover would find now. */
async function checkCutover(
  environment: Environment,
  cutover: Cutover,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { plan, places, step, run, takeClaim, accepted } = cutover;
  const { domain, provider, authority } = plan;
  const keys = plan.tracks.map(({ name, type }) => ({ name, type }));
  const survey = await look(environment, { domain, provider, authority, keys }, signal);
  const runs = takeClaim === null ? [run] : [run, takeClaim];
  const proven = cutover.stage === 'gate';
  const drain = { proof: proof(cutover, environment.clock.now()), proven };
  const prepared = preparedNow(cutover, environment.clock.now());
  const judged = { plan, survey, places, step, runs, accepted, gate: false, drain, prepared };
  return judge(environment, judged, signal);
}

/** `<domain>.<k>`: the k-th cutover of this domain in this store. */
async function nextId(environment: Environment, domain: Name): Promise<string> {
  const rows = await environment.store.list();
  const count = rows.filter(row => row.domain === domain).length;
  return `${displayName(domain)}.${String(count + 1)}`;
}

/** What was typed, as a domain; null when it is none. */
function domainOf(text: string): Name | null {
  try {
    return parseName(text);
  } catch {
    return null;
  }
}

async function findCutover(environment: Environment, name: string): Promise<Cutover | null> {
  const exact = await loadCutover(environment.store, name);
  if (exact !== null) return exact;
  const domain = domainOf(name);
  const rows = (await environment.store.list()).filter(row => row.domain === domain);
  const newest = rows
    .toSorted((a, b) => Number(a.id.split('.').at(-1)) - Number(b.id.split('.').at(-1)))
    .at(-1);
  return newest === undefined ? null : loadCutover(environment.store, newest.id);
}

async function readJournal(environment: Environment, id: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const page = await environment.store.lines(id, entries.length, limits.feedPage);
    entries.push(...page);
    if (page.length < limits.feedPage) return entries;
  }
}

async function startPlan(
  environment: Environment,
  plan: Plan,
  { terms, by }: { terms: StartTerms; by: string },
): Promise<string> {
  const known = await findCutover(environment, displayName(plan.domain));
  const same = known?.plan.hash === plan.hash;
  if (known !== null && same && (known.outcome === null || known.outcome === 'done'))
    return known.id;
  const id = await nextId(environment, plan.domain);
  const run = environment.chance.hex(8);
  const { accept, takeClaim, reason } = terms;
  const event = {
    type: 'start',
    id,
    plan,
    run,
    host: environment.host,
    accept,
    takeClaim,
    reason,
  } as const;
  await append(environment, id, { event, terms: { actor: { kind: 'person', name: by } } });
  return id;
}

/** Composes the product. No I/O happens until something is asked of it. */
export function makeApp(environment: Environment): App {
  const poller = makePoller(environment);
  const workplace = {
    ...environment,
    watchWorld: watchWorld(environment, poller),
    canary: openCanary({ ...environment, poller }),
  };
  return {
    environment,
    draft: (order, signal) => draftOrder(environment, order, signal),
    plan: (order, signal) => planOrder(environment, order, signal),
    check: (cutover, signal) => checkCutover(environment, cutover, signal),
    start: (plan, terms, by) => startPlan(environment, plan, { terms, by }),
    act: (id, act, { name, expect }) =>
      append(environment, id, {
        event: act,
        terms: { actor: { kind: 'person', name }, ...(expect !== undefined && { expect }) },
      }),
    control: (id, signal) => control(workplace, id, signal),
    find: name => findCutover(environment, name),
    list: async () => {
      const rows = await environment.store.list();
      return Promise.all(rows.map(row => folded(environment.store, row)));
    },
    journal: id => readJournal(environment, id),
  };
}
