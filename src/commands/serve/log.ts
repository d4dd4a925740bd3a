import { type Log } from '../../api/hooks/log.ts';
import { printable } from '../../view/words.ts';
import { type Terminal } from '../context.ts';
import { isObject } from '../../object.ts';

/** What pino calls a warning (its own levels: 10 trace to 60 fatal). */
const warning = 40;

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A line as a person reads it: the message, what was asked, and the id that a problem names. */
function lineText(line: string): string | null {
  const { level, msg, method, url, reqId, status, err } = parsed(line);
  if (typeof level !== 'number' || level < warning) return null;
  const why = isObject(err) ? textOf(err['message']) : null;
  const asked = [textOf(method), textOf(url), typeof status === 'number' ? String(status) : null];
  const words = [textOf(msg), why, ...asked, textOf(reqId)].filter(one => one !== null);
  return printable(words.join(' '));
}

/** On a terminal only what is wrong; elsewhere, for a journal of the system, every line as JSON. */
export const serverLog = ({ talk, interactive }: Terminal): Log => ({
  write: line => {
    const text = interactive ? lineText(line) : line.trimEnd();
    if (text !== null) talk(text);
  },
});
