import { type App } from '../app.ts';
import { signalBox } from '../controller/signal-box.ts';
import { type Fault, toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { headOf } from '../store/head.ts';
import { type Store } from '../store/store.ts';
import { type Supervisor } from './kit.ts';

/** Hears what keeps a cutover from being run: nobody else says it, and the others go on. */
export type Tell = (id: string, fault: Fault) => void;

interface Duty {
  readonly app: App;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** Waits, and not on after the end. */
const rest = ({ app, signal }: Duty, ms: number): Promise<void> =>
  app.environment.clock.sleep(ms, signal).catch(() => undefined);

/**
 * Runs one cutover until it ends, as often as it takes: while another process has it this one stands by,
 * and what fails is tried again, each time later.
 */
async function attend(duty: Duty, id: string): Promise<void> {
  const { app, tell, signal } = duty;
  let pause: number = limits.standbyMs;
  while (!signal.aborted) {
    try {
      const ended = await app.control(id, signal);
      if (ended.is === 'ended' || ended.is === 'stopped') return;
      pause = limits.standbyMs;
    } catch (error) {
      const fault = toFault(error);
      tell(id, fault);
      if (fault.code === 'NOT_FOUND') return;
      pause = Math.min(2 * pause, limits.standbyMostMs);
    }
    await rest(duty, pause);
  }
}

/** What has begun since line `n`, and where that search may go on. */
async function begunAfter(store: Store, n: number): Promise<{ begun: string[]; head: number }> {
  const begun: string[] = [];
  for (let head = n; ;) {
    const page = await store.after(head, limits.feedPage);
    for (const { line, cutover } of page) if (line.type === 'cutover.created') begun.push(cutover);
    head = page.at(-1)?.n ?? head;
    if (page.length < limits.feedPage) return { begun, head };
  }
}

/** Knows which cutovers are open: those that were at first, and whatever begins later, by anybody. */
function openOnes(store: Store): () => Promise<readonly string[]> {
  let head: number | null = null;
  return async () => {
    if (head !== null) {
      const found = await begunAfter(store, head);
      ({ head } = found);
      return found.begun;
    }
    // Before the rows are read: whatever begins meanwhile is found twice, and not at all the other way round.
    const before = await headOf(store);
    const rows = await store.list();
    head = before;
    return rows.filter(({ open }) => open).map(({ id }) => id);
  };
}

/**
 * One controller for each open cutover of the store, whoever started it. Those of other processes are left
 * to them for as long as they live. A cutover that fails keeps none of the others from going on.
 */
export function makeSupervisor(app: App, tell: Tell = () => undefined): Supervisor {
  const { store } = app.environment;
  const box = signalBox();
  /** In the order in which they came. */
  const waiting = new Set<string>();
  const attended = new Map<string, Promise<void>>();
  const fill = (duty: Duty): void => {
    for (const id of waiting) {
      if (attended.size >= limits.supervisedCutovers) return;
      waiting.delete(id);
      if (attended.has(id)) continue;
      const done = attend(duty, id).finally(() => {
        attended.delete(id);
        box.ring();
      });
      attended.set(id, done);
    }
  };
  return {
    take: id => {
      waiting.add(id);
      box.ring();
    },
    run: async signal => {
      const duty = { app, tell, signal };
      const open = openOnes(store);
      const unwatch = store.watch(box.ring);
      try {
        while (!signal.aborted) {
          try {
            for (const id of await open()) waiting.add(id);
          } catch (error) {
            tell('store', toFault(error));
            await rest(duty, limits.standbyMs);
            box.ring();
          }
          fill(duty);
          await box.next(signal);
        }
      } finally {
        unwatch();
        await Promise.all(attended.values());
      }
    },
  };
}
