import { append, folded, loadCutover, type Terms } from './controller/append.ts';
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
import { type Errands } from './poller/errand.ts';
import { makePoller } from './poller/poller.ts';
import { type Poller } from './poller/subject.ts';
import { watchWorld } from './poller/world.ts';
import { lastOf } from './store/head.ts';

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

/** Who acts, and what of it the journal names. */
export interface By {
  readonly name: string;
  /** The seq that was looked at; another one is STALE. */
  readonly expect?: number;
  /** The operation of the API. */
  readonly operation?: string;
}

/** Everything the product can do, over an Environment: the command line, the API and the tests use this. */
export interface App {
  readonly environment: Environment;
  /** Asks resolvers within the one budget of this process. */
  readonly poller: Poller & Errands;
  /** The plan of an order from the zone as it is now, judged by nobody yet. Read-only. */
  draft(order: Order, signal: AbortSignal): Promise<Omit<Planned, 'findings'>>;
  /** Makes the plan of an order from the zone as it is now. Read-only. */
  plan(order: Order, signal: AbortSignal): Promise<Planned>;
  /** Judges a running cutover as its own gate would. Read-only. */
  check(cutover: Cutover, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Records the start of a plan; the id of the cutover. A running cutover of the same plan is found again. */
  start(plan: Plan, terms: StartTerms, by: string | Omit<By, 'expect'>): Promise<string>;
  /** A person's act, accepted or refused at once. */
  act(id: string, act: Act, by: By): Promise<Cutover>;
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
const idOf = (domain: Name, k: number): string => `${displayName(domain)}.${String(k)}`;

/**
 * How many cutovers this domain has; they are numbered without gaps, since none is ever removed. Whoever asks by a
 * domain must not make the store read all of them.
 */
const countOf = ({ store }: Environment, domain: Name): Promise<number> =>
  lastOf(async k => (await store.load(idOf(domain, k)))?.domain === domain);

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
  if (domain === null) return null;
  const count = await countOf(environment, domain);
  return count === 0 ? null : loadCutover(environment.store, idOf(domain, count));
}

async function readJournal(environment: Environment, id: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const page = await environment.store.lines(id, entries.length, limits.feedPage);
    entries.push(...page);
    if (page.length < limits.feedPage) return entries;
  }
}

const termsOf = ({ name, ...rest }: By): Terms => ({ actor: { kind: 'person', name }, ...rest });

async function startPlan(
  environment: Environment,
  plan: Plan,
  { terms, by }: { terms: StartTerms; by: Omit<By, 'expect'> },
): Promise<string> {
  const known = await findCutover(environment, displayName(plan.domain));
  const same = known?.plan.hash === plan.hash;
  if (known !== null && same && (known.outcome === null || known.outcome === 'done'))
    return known.id;
  const id = idOf(plan.domain, (await countOf(environment, plan.domain)) + 1);
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
  await append(environment, id, { event, terms: termsOf(by) });
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
    ...{ environment, poller },
    draft: (order, signal) => draftOrder(environment, order, signal),
    plan: (order, signal) => planOrder(environment, order, signal),
    check: (cutover, signal) => checkCutover(environment, cutover, signal),
    start: (plan, terms, by) =>
      startPlan(environment, plan, { terms, by: typeof by === 'string' ? { name: by } : by }),
    act: (id, act, by) => append(environment, id, { event: act, terms: termsOf(by) }),
    control: (id, signal) => control(workplace, id, signal),
    find: name => findCutover(environment, name),
    list: async () => {
      const rows = await environment.store.list();
      return Promise.all(rows.map(row => folded(environment.store, row)));
    },
    journal: id => readJournal(environment, id),
  };
}
