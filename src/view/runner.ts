import { type Instant } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { displayName } from '../dns/name.ts';
import { type Next } from './next.ts';
import { type Status } from './status/status.ts';
import { hang, shown, type Look } from './table.ts';
import { commandText, isoText } from './words.ts';

/** The living process that the store says runs a cutover. */
export interface Runner {
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
}

/** Whether a living process runs it; where none does, `command` starts one, and the others are null. */
export interface ControllerView {
  readonly running: boolean;
  readonly pid: number | null;
  readonly host: string | null;
  readonly since: string | null;
  readonly command: string | null;
}

/** Null once it has ended, or where nobody looked (`runner` is undefined). */
export function controllerOf(
  { outcome, domain, plan }: Cutover,
  runner: Runner | null | undefined,
): ControllerView | null {
  if (outcome !== null || runner === undefined) return null;
  if (runner === null) {
    const command = commandText('start', displayName(domain), '--plan-hash', plan.hash);
    return { running: false, pid: null, host: null, since: null, command };
  }
  const { pid, host, since } = runner;
  return { running: true, pid, host, since: isoText(since), command: null };
}

type Standstill = Pick<Status, 'controller' | 'owner'>;

/** The command that makes it go on where the process that ran it is gone; null where none is missing. */
export const missingStart = ({ controller, owner }: Standstill): string | null =>
  owner === null ? null : (controller?.command ?? null);

/** What a controller does next waits for a person where there is none. */
export function nextWithout(next: Next, standstill: Standstill): Next {
  const command = missingStart(standstill);
  if (command === null || next.who !== 'controller') return next;
  return { who: 'person', what: 'No controller runs it: start one.', at: null, command };
}

/** Says below how it is that nobody runs it, and what to type; the command is in one piece. */
export function missingLines(status: Standstill, look: Look): readonly string[] {
  const command = missingStart(status);
  if (command === null) return [];
  const text = `no controller runs it: ${shown(command, look)}`;
  if (text.length <= look.width) return [look.paint.red(text)];
  return [
    ...hang('', 'no controller runs it:', look.width).map(look.paint.red),
    `  ${look.paint.cyan(shown(command, look))}`,
  ];
}

/** Who runs it: the process where that is known, else the name that the journal has. */
export function runByText({ controller, owner }: Standstill): string {
  if (controller?.running === true)
    return `process ${String(controller.pid)} on ${String(controller.host)} (${owner ?? 'not yet in the journal'})`;
  if (controller !== null && owner !== null) return `nobody now; ${owner} ran it last`;
  return owner ?? 'nobody yet';
}
