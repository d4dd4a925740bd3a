import { parseName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { type Input } from './spec.ts';

/** Reserved for names that never exist (RFC 6761 6.4): every host is looked for from its own delegation. */
export const nowhere = parseName('invalid');

/** The command line is wrong. */
export const usage = (message: string, fix: string): Fault => new Fault('USAGE', message, { fix });

/** One word of an option, or null. */
export const wordOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Mail addresses of an option that may be given several times, as SMTP takes them. */
export function addressesOf(value: unknown): readonly string[] {
  const given = Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];
  const wrong = given.find(one => !/^[!-;=?A-~]{1,64}@[^@\s<>]{1,255}$/.test(one));
  if (wrong !== undefined)
    throw usage(`${wrong} is not a mail address`, 'write it as anna@example.org');
  return given;
}

/** The port of `--port`; null where it was not given. */
export function portOf({ options }: Input): number | null {
  const written = wordOf(options['port']);
  if (written === null) return null;
  const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (port < 1 || port > 65_535)
    throw usage(`${written} is not a port`, 'write a number from 1 to 65535');
  return port;
}
