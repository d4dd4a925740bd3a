import { type Fault } from '../errors.ts';
import { hang, type Paint, plain } from './table.ts';
import { printable } from './words.ts';

/** A fault for programs: what `--json` prints on failure. */
export interface FaultView {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly where: string | null;
    readonly why: string | null;
    readonly fix: string | null;
    readonly retryable: boolean;
    readonly exit: number;
    readonly details?: Readonly<Record<string, unknown>>;
  };
}

/** The chain of causes in words; null when nothing caused it, or the cause says nothing new. */
function whyOf(fault: Fault): string | null {
  const words: string[] = [];
  let cause: unknown = fault.cause;
  // A chain longer than this is a loop, or nobody reads it.
  for (let depth = 0; depth < 5 && cause instanceof Error; depth++) {
    const told = [fault.message, ...words].some(text => text.includes(messageOf(cause)));
    if (!told) words.push(messageOf(cause));
    cause = cause.cause;
  }
  return words.length === 0 ? null : words.join(': ');
}

const messageOf = (error: unknown): string =>
  error instanceof Error && error.message !== '' ? error.message : String(error);

export function faultJson(fault: Fault): FaultView {
  const { code, message, where, fix, retryable, exit, details } = fault;
  return {
    error: {
      code,
      message,
      where: where ?? null,
      why: whyOf(fault),
      fix: fix ?? null,
      retryable,
      exit,
      ...(details !== undefined && { details }),
    },
  };
}

/** Lines of one text; only the first stands at the margin, so that no text can pretend to be two. */
const linesOf = (text: string): readonly string[] =>
  text.split('\n').map((line, index) => (index === 0 ? '' : '    | ') + printable(line));

/** Lines of a fault or a warning, folded to a width below where their words begin. */
export const folded = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap(line => {
      const [lead = ''] =
        /^(error\[E-[A-Z_]+\]: |warning: | {2}\w{2,5} {2,4}| {4}\| | +)?/.exec(line) ?? [];
      return hang(lead, line.slice(lead.length), width);
    })
    .join('\n');

/**
 * A fault for people, most important line first:
 * `error[E-CODE]: message` and below it where, why, how to fix it, and the exit status.
 */
export function faultText(
  fault: Fault,
  { paint = plain }: { readonly paint?: Paint } = {},
): string {
  const { error } = faultJson(fault);
  // What a message says of one mistake in its own lines stands below it anyway.
  const said = error.message.split('\n').filter(line => line.trim() !== error.fix);
  const [first = '', ...more] = linesOf(said.join('\n'));
  const row = (label: string, text: string | null): readonly string[] => {
    if (text === null) return [];
    const [head = '', ...rest] = linesOf(text);
    return [`  ${paint.dim(label.padEnd(5))}  ${head}`, ...rest];
  };
  return [
    `${paint.red(paint.bold(`error[E-${error.code}]`))}: ${first}`,
    ...more,
    ...row('where', error.where),
    ...row('why', error.why),
    ...row('fix', error.fix),
    ...row('exit', `${error.exit}`),
  ].join('\n');
}
