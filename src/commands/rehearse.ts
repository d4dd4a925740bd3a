import { once } from 'node:events';
import { type App } from '../app.ts';
import { type Order } from '../cutover/order.ts';
import { LOW } from '../cutover/path.ts';
import { keyText, rrset, type RRset } from '../dns/rrset.ts';
import { Fault, toFault } from '../errors.ts';
import { cachesText } from '../rehearsal/caches-text.ts';
import { exampleZone, rehearsedExample } from '../rehearsal/example.ts';
import { type FaultKind } from '../rehearsal/faults.ts';
import { type Pace } from '../rehearsal/pace.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import { eventOf, eventText } from '../view/events.ts';
import { reportMarkdown, reportOf } from '../view/report/report.ts';
import { type Context } from './context.ts';
import { exitCode } from './exit-code.ts';
import { findOrder } from './find.ts';
import { countOption, textOption } from './parse.ts';
import { type RehearsalPage } from './rehearse-page.ts';
import { type Input, type Run } from './spec.ts';

/** A day in a second: faster, and a window is over before the machine has looked whether it is open. */
const paceMost = 100_000;

function faultKind(input: Input): FaultKind {
  const kind = textOption(input, 'faults') ?? 'normal';
  if (kind === 'none' || kind === 'normal' || kind === 'hard') return kind;
  throw new Fault('USAGE', `there are no ${kind} faults`, {
    where: '--faults',
    fix: 'none, normal or hard',
  });
}

/** `max`, or how many times faster than time. */
function paceOf(input: Input): Pace {
  if (textOption(input, 'pace') === 'max') return 'max';
  const pace = countOption(input, 'pace', 1);
  if (pace !== null && pace > paceMost)
    throw new Fault('USAGE', `${String(pace)} is too fast`, {
      where: '--pace',
      fix: `write a number up to ${String(paceMost)}, or max`,
    });
  return pace;
}

/** What the zone may hold, when its provider cannot be read: what the order itself speaks of. */
function assumedZone(order: Order): readonly RRset[] {
  const sets = new Map<string, RRset>();
  for (const { name, type, want } of order.steps.flatMap(({ edits }) => edits)) {
    const gone = want.is === 'edit' ? want.remove : [];
    const rdata = type === 'MX' && want.is === 'set' ? ['10 old-mail.example.'] : gone;
    const key = keyText({ name, type });
    if (rdata.length > 0 && !sets.has(key)) sets.set(key, rrset({ name, type, ttl: 3600, rdata }));
  }
  return [...sets.values()];
}

/** The zone as it really is, read and not changed; or assumed, and said so. */
async function zoneOf(
  { terminal, signal }: Context,
  app: App,
  order: Order,
): Promise<readonly RRset[]> {
  try {
    const { plan } = await app.plan(order, signal);
    return plan.tracks
      .map(({ positions }) => positions[LOW - 1] ?? null)
      .filter(one => one !== null);
  } catch (error) {
    terminal.talk(
      `the zone could not be read (${toFault(error).message}); rehearsing with an assumed one`,
    );
    return assumedZone(order);
  }
}

async function subject(
  context: Context,
  name: string | undefined,
): Promise<{ order: Order; zone: readonly RRset[] }> {
  if (name === undefined) return { order: rehearsedExample, zone: exampleZone };
  const order = await findOrder(context, name);
  return { order, zone: await zoneOf(context, await context.app(), order) };
}

/** Its page, opened once there is something to show; kept open for who sits in front of a terminal. */
function pageOf({ terminal, signal }: Context, wanted: boolean) {
  let page: RehearsalPage | null = null;
  return {
    open: async (app: App): Promise<void> => {
      if (!wanted) return;
      const { openRehearsalPage } = await import('./rehearse-page.ts');
      page = await openRehearsalPage(app, { host: '127.0.0.1', port: 0 });
      terminal.talk(`The page of this rehearsal: ${page.address}\n`);
    },
    linger: async (): Promise<void> => {
      if (page === null || !terminal.interactive || signal.aborted) return;
      terminal.talk('The page stays until Ctrl-C.');
      await once(signal, 'abort');
    },
    close: async (): Promise<void> => page?.close(),
  };
}

const tooFast = (): Fault =>
  new Fault('USAGE', 'a rehearsal at full speed is over before a page is loaded', {
    where: '--page',
    fix: 'leave --pace max out, or name a number',
  });

async function rehearsed(context: Context, input: Input, page: ReturnType<typeof pageOf>) {
  const { terminal, json, signal } = context;
  const faults = faultKind(input);
  const seed = countOption(input, 'seed') ?? 1;
  const pace = paceOf(input);
  if (pace === 'max' && input.options['page'] === true) throw tooFast();
  const { order, zone } = await subject(context, input.args[0]);
  terminal.talk(
    `A rehearsal: nothing outside this process is changed. Faults: ${faults}, seed ${String(seed)}.\n`,
  );
  const done = await rehearse({
    order,
    zone,
    seed,
    faults,
    pace,
    now: Date.now(),
    onEntry: (entry, epoch) => {
      terminal.out(
        json ? JSON.stringify(eventOf(entry, epoch)) : eventText(entry, terminal.look()),
      );
    },
    tell: what => {
      terminal.talk(terminal.look().paint.dim(`          · ${what}`));
    },
    onApp: page.open,
    signal,
  });
  const { caches, record, now } = done;
  const report = reportOf({ ...done, watch: { record, now } });
  if (json) terminal.out(JSON.stringify({ ...report, caches }));
  else {
    terminal.out(`\n${reportMarkdown(report, terminal.look())}`);
    terminal.out(cachesText(caches, terminal.look()));
  }
  return exitCode(done.cutover);
}

export const run: Run = async (context, input) => {
  const page = pageOf(context, input.options['page'] === true);
  try {
    const code = await rehearsed(context, input, page);
    await page.linger();
    return code;
  } finally {
    await page.close();
  }
};
