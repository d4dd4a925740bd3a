import { type TSchema, Type } from 'typebox';
import { limits } from '../limits.ts';
import { durationPattern } from './duration.ts';

/**
 * Two annotations besides the standard ones: `expected` finishes "found 5x, expected …" and `fix`
 * says what to do. They serve messages and are left out of the published schema.
 */
export interface Notes {
  readonly description: string;
  readonly expected?: string;
  readonly fix?: string;
  readonly default?: unknown;
}

const durationFix =
  'Write seconds, or a whole number with s, m, h or d, such as 90s, 5m, 24h or 7d.';
const durationForms = [
  Type.Integer({ minimum: 0 }),
  Type.String({ pattern: durationPattern }),
] as const;

/** A length of time: whole seconds, or `30s` `5m` `1h` `7d`. */
export const duration = (notes: Notes) =>
  Type.Union([...durationForms], { expected: 'a duration such as 5m', fix: durationFix, ...notes });

/** A duration, or one word. */
export const durationOr = <Word extends string>(word: Word, notes: Notes) =>
  Type.Union([Type.Literal(word), ...durationForms], {
    expected: `a duration such as 5m, or ${word}`,
    fix: durationFix,
    ...notes,
  });

const ttlForms = [
  Type.Integer({ minimum: 1, maximum: limits.ttlSecondsMax }),
  Type.String({ pattern: durationPattern }),
] as const;
const ttlExpected = `a TTL: whole seconds from 1 to ${limits.ttlSecondsMax}, or such as 5m`;
const ttlFix = 'Write whole seconds, such as 300, or a duration, such as 5m.';

/** A TTL that caches may use: 1 to 2^31 - 1 (RFC 2181 8). */
export const ttl = (notes: Notes) =>
  Type.Union([...ttlForms], { expected: ttlExpected, fix: ttlFix, ...notes });

/** A TTL, or one word. */
export const ttlOr = <Word extends string>(word: Word, notes: Notes) =>
  Type.Union([Type.Literal(word), ...ttlForms], {
    expected: `${ttlExpected}, or ${word}`,
    fix: ttlFix,
    ...notes,
  });

/** A moment: local time in the cutover's time zone, or with an offset. */
export const moment = (notes: Notes) =>
  Type.String({
    minLength: 1,
    maxLength: 40,
    expected: 'a time such as 2026-12-05T06:00:00',
    fix: 'Write date and time; without an offset it is local time in the time zone of the schedule.',
    ...notes,
  });

/** One of a few words. */
export const oneOf = <Word extends string>(words: readonly Word[], notes: Notes) =>
  Type.Union(
    words.map(word => Type.Literal(word)),
    { ...notes },
  );

/** Text on one line that a person reads. */
export const sentence = (notes: Notes) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: '\\S', expected: 'a sentence', ...notes });

/** The path of a file; a relative one starts at the folder of the configuration file. */
export const filePath = (notes: Notes) =>
  Type.String({ minLength: 1, maxLength: 4096, expected: 'the path of a file', ...notes });

export const webUrl = (notes: Notes) =>
  Type.String({
    pattern: '^https?://[^\\s/?#@]+(?:[/?#]\\S*)?$',
    maxLength: 2000,
    expected: 'a URL that starts with https:// or http://',
    fix: 'Write the whole URL, without a user name or password in it.',
    ...notes,
  });

/** An address that a command of SMTP can carry: without what would end its brackets or its line. */
export const mailAddress = (notes: Notes) =>
  Type.String({
    pattern:
      '^[^@\\s<>\\u0000-\\u001f\\u007f-\\u009f]{1,64}@[^@\\s<>\\u0000-\\u001f\\u007f-\\u009f]{1,255}$',
    maxLength: 320,
    expected: 'a mail address',
    fix: 'Write it as anna@example.org.',
    ...notes,
  });

/** A map whose keys are all known. */
export const closed = <Properties extends Record<string, TSchema>>(
  properties: Properties,
  notes: Notes,
) => Type.Object(properties, { additionalProperties: false, ...notes });
