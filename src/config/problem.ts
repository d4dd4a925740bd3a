import { Fault } from '../errors.ts';

/** One thing that is wrong, or worth knowing, in a file that a person wrote. */
export interface Problem {
  /** `file:line:column`, both from 1. */
  readonly where: string;
  /** What stands there, bounded. */
  readonly found: string;
  readonly expected: string;
  /** What to do, one sentence. */
  readonly fix: string;
  /** A sentence that says more than found and expected. */
  readonly message?: string;
}

/** More than this in one file help nobody; the count of the rest is still said. */
const PROBLEMS_SHOWN = 50;

/** One problem as lines for a person: where and what, then what to do. */
const problemText = ({ where, found, expected, fix, message }: Problem): string =>
  `${where}: ${message ?? `found ${found}, expected ${expected}`}\n  ${fix}`;

/** All problems as one CONFIG fault; `details.problems` holds them for programs. */
export function problemsFault(file: string, problems: readonly Problem[]): Fault {
  const ordered = [...problems].sort((one, other) => placeOrder(one.where, other.where));
  const shown = ordered.slice(0, PROBLEMS_SHOWN);
  const rest = ordered.length - shown.length;
  const count = ordered.length === 1 ? 'one mistake' : `${ordered.length} mistakes`;
  const lines = shown.map(problemText);
  if (rest > 0) lines.push(`… and ${rest} more`);
  return new Fault('CONFIG', `${file} has ${count}:\n${lines.join('\n')}`, {
    where: shown[0]?.where ?? file,
    fix: shown.length === 1 ? (shown[0]?.fix ?? '') : 'Correct these places; nothing was started.',
    details: { problems: shown, total: ordered.length },
  });
}

/** By line and column; problems without a place come first. */
function placeOrder(one: string, other: string): number {
  const [a, b] = [place(one), place(other)];
  return a.line - b.line || a.column - b.column;
}

function place(where: string): { line: number; column: number } {
  const [, line = '0', column = '0'] = /:(\d+):(\d+)$/.exec(where) ?? [];
  return { line: Number(line), column: Number(column) };
}

/** A value as it stands in messages: short, on one line, without control characters. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length.toLocaleString('en')}`;
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return `a ${typeof value}`;
  const plain = JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  // JSON keeps DEL, C1 controls and bidirectional marks, which can forge what a terminal shows.
  return plain.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
