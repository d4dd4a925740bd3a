import { type Instant } from '../clock.ts';
import { displayName, parseName } from '../dns/name.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type TokenOrder } from './access.ts';

const malformed = (where: string, message: string, fix: string): Fault =>
  new Fault('MALFORMED', message, { where, fix });

/**
 * What people read as one word after the other: no controls, and nothing that turns the direction of a
 * line, since names stand in the journal and on screens.
 */
export const namePattern = String.raw`^[\p{L}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{N}\p{P}\p{S}]+)*$`;
const nameForm = new RegExp(namePattern, 'u');

/** An id of a cutover, or a domain, as `status` shows it. */
export const scopePattern = '^[!-~]{1,255}$';
const scopeForm = new RegExp(scopePattern);

/**
 * A domain, or the id of a cutover (`<domain>.<k>`), as ids are written: in lower case, without a last dot. What
 * is no name stays as it is, and means nothing.
 */
export function scopeName(text: string): string {
  const [, domain = text, number = ''] = /^(.+?)(\.\d+)?$/s.exec(text) ?? [];
  try {
    return displayName(parseName(domain)) + number;
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return text;
    throw error;
  }
}

/** @throws Fault MALFORMED for what ends before it begins, or lasts too long */
export function checkEnd(expiresAt: Instant, now: Instant, longestMs: number): void {
  if (Number.isSafeInteger(expiresAt) && expiresAt > now && expiresAt - now <= longestMs) return;
  const days = String(Math.floor(longestMs / 86_400_000));
  throw malformed(
    'expiresAt',
    'it must end, and not in the past',
    `At most ${days} days from now.`,
  );
}

/** @throws Fault MALFORMED */
export function checkOrder({ name, cutovers, expiresAt }: TokenOrder, now: Instant): void {
  if (!nameForm.test(name) || name.length > limits.tokenNameCharacters)
    throw malformed(
      'name',
      'that is no name',
      `Write 1 to ${String(limits.tokenNameCharacters)} letters, digits or signs, with single spaces.`,
    );
  if (cutovers !== null) {
    if (cutovers.length === 0 || cutovers.length > limits.tokenCutovers)
      throw malformed(
        'cutovers',
        'a scope names some cutovers',
        `Name 1 to ${String(limits.tokenCutovers)}, or none at all for every cutover.`,
      );
    if (!cutovers.every(one => scopeForm.test(one)))
      throw malformed(
        'cutovers',
        'that is no id of a cutover and no domain',
        'Write ids as `status` shows them, such as example.org.1, or domains.',
      );
  }
  checkEnd(expiresAt, now, limits.tokenLongestMs);
}
