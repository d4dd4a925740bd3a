import { makeApp, type App } from '../../src/app.ts';
import { isFault } from '../../src/errors.ts';
import { foreignEdit, type ForeignKind } from './foreign.ts';
import { type Judge } from './judge.ts';
import { environmentOf } from './ports.ts';
import { startProcess, type Counter, type Crash, type SimulatedProcess } from './process.ts';
import { type FaultClass } from './faults.ts';
import { type World } from './world.ts';

export interface Supervisor {
  /** A process for people: it never dies. */
  readonly app: App;
  /** Starts a controller, and another one whenever one has died. */
  watch(): void;
  /** Something happens to the machine, to the zone or to a process, if its class is switched on. */
  disturb(): void;
}

interface Terms {
  readonly world: World;
  readonly judge: Judge;
  readonly counter: Counter;
  readonly crash: Crash | null;
}

export function supervise({ world, judge, counter, crash }: Terms): Supervisor {
  const { clock, random, faults, trace, backing, seams } = world;
  const alive = new Set<SimulatedProcess>();
  const own = seams.clock ?? (one => one);
  const forEver = new AbortController().signal;
  let pid = 100;

  const begin = (extra: boolean): void => {
    const { id } = world;
    if (judge.book.ended !== null) return;
    if (id === null) {
      clock.after(500, () => {
        begin(extra);
      });
      return;
    }
    pid += 1;
    const process = startProcess(world, { id: `p${pid}`, pid, counter, crash });
    const leave = (why: string): void => {
      process.kill(why);
    };
    alive.add(process);
    process.onDeath(() => {
      alive.delete(process);
      if (extra) return;
      clock.after(random.pick([200, 2000, 30_000, 300_000]), () => {
        begin(false);
      });
    });
    const app = makeApp(environmentOf(world, process, { judge, clock: own }));
    app.control(id, forEver).then(
      ended => {
        leave(`after ${ended.is}`);
      },
      (error: unknown) => {
        const code = isFault(error) ? error.code : 'BUG';
        if (code === 'BUG' || code === 'MALFORMED') judge.violate(`control: ${String(error)}`);
        leave(`by ${code} ${error instanceof Error ? error.message : ''}`);
      },
    );
  };

  const disturbances: readonly [FaultClass, (process: SimulatedProcess) => void][] = [
    [
      'killed-anywhere',
      process => {
        process.kill('at an instant');
      },
    ],
    [
      'stopped',
      process => {
        process.stop();
        const from = clock.truth();
        const { id } = world;
        if (id !== null && faults.strikes('lease-expires', 0.5)) {
          clock.after(random.between(1000, 30_000), () => {
            const kept = backing.cutovers.get(id);
            if (kept?.row.owner !== process.id) return;
            trace.note(`the lease of ${process.id} expires`);
            kept.row = { ...kept.row, owner: null };
            begin(true);
          });
        }
        clock.after(random.pick([100, 3000, 60_000, 600_000]), () => {
          judge.book.nap = { from, to: clock.truth() };
          process.resume();
        });
      },
    ],
    [
      'second-controller',
      () => {
        begin(true);
      },
    ],
    [
      'reboot',
      () => {
        judge.book.excuses.add('reboot');
        clock.reboot();
        trace.note('reboot');
        for (const process of [...alive]) process.kill('by a reboot');
      },
    ],
    [
      'clock-forward',
      () => {
        judge.book.excuses.add('clock forward');
        const ms = random.pick([3000, 90_000, 3_600_000, 86_400_000]);
        trace.note(`the wall clock is set by ${ms}`);
        clock.jump(ms);
      },
    ],
    [
      'clock-back',
      () => {
        judge.book.excuses.add('clock back');
        const ms = random.pick([3000, 90_000, 3_600_000]);
        trace.note(`the wall clock is set by -${ms}`);
        clock.jump(-ms);
      },
    ],
    [
      'authority-regresses',
      () => {
        regress(world, judge, alive);
      },
    ],
  ];
  const edits: readonly [FaultClass, ForeignKind][] = [
    ['foreign-elsewhen', 'foreign'],
    ['foreign-earlier', 'earlier'],
    ['foreign-claim', 'claim'],
    ['foreign-unrelated', 'unrelated'],
    ['authority-ns-changes', 'ns'],
  ];
  const disturb = (): void => {
    if (faults.stopped()) return;
    for (const [name, act] of disturbances) {
      const process = [...alive].find(one => one.state() === 'alive');
      if (process !== undefined && faults.strikes(name, 0.01)) act(process);
    }
    for (const [name, kind] of edits)
      if (world.plan !== null && faults.strikes(name, 0.01)) foreignEdit(world, kind);
    world.mail?.disturb();
    clock.after(random.between(2000, 40_000), disturb);
  };
  const person = startProcess(world, {
    id: 'cli',
    pid: 1,
    counter: { calls: 0, names: [] },
    crash: noCrash,
  });
  const app = makeApp(environmentOf(world, person, { judge, clock: own }));
  return {
    app,
    watch: () => {
      begin(false);
    },
    disturb,
  };
}

const noCrash: Crash = { at: -1, when: 'before' };

/** One server is restored from an older copy for a while. */
function regress(world: World, judge: Judge, alive: ReadonlySet<SimulatedProcess>): void {
  const { clock, random, addresses, versions, serve } = world;
  const address = random.pick(addresses);
  const older = versions.filter(({ serial }) => serial < address.version.serial);
  if (older.length === 0) return;
  const copy = random.pick(older);
  serve(address, copy);
  // A transfer that comes soon ends it before a round need have seen it.
  clock.after(90_000, () => {
    if (address.version !== copy) judge.book.excuses.add('unseen');
  });
  const watched = (): boolean =>
    [...alive].some(one => one.state() === 'alive') && clock.truth() >= address.silentUntil;
  const seen = watched();
  clock.after(random.between(100_000, 300_000), () => {
    // Nobody can know what a server did while nobody was there to ask it.
    if (!seen || !watched()) judge.book.excuses.add('unseen');
    serve(address, versions.at(-1)!);
  });
}
