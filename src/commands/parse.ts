import { type Acceptance } from '../cutover/finding.ts';
import { Fault } from '../errors.ts';
import { type Input } from './spec.ts';

const usage = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

/** The text of an option, or null when it was not given. */
export function textOption({ options }: Input, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

export function textsOption({ options }: Input, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];
}

export const flagOption = ({ options }: Input, name: string): boolean => options[name] === true;

/** A whole number from `least` on. */
export function countOption(input: Input, name: string, least = 0): number | null {
  const text = textOption(input, name);
  if (text === null) return null;
  const flag = `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  if (!/^\d{1,15}$/.test(text) || Number(text) < least)
    throw usage(
      flag,
      `${text} is not a whole number from ${String(least)}`,
      `write a number, such as ${flag} ${String(least + 1)}`,
    );
  return Number(text);
}

/** `--accept ID[:SUBJECT]`, each with the one reason of the command line. */
export function acceptances(input: Input): readonly Acceptance[] {
  const given = textsOption(input, 'accept');
  const reason = textOption(input, 'reason');
  if (given.length === 0) return [];
  if (reason === null)
    throw usage(
      '--accept',
      'a finding is accepted with a reason',
      'add --reason "…": it stands in the journal and the report',
    );
  return given.map(text => {
    const colon = text.indexOf(':');
    const id = colon === -1 ? text : text.slice(0, colon);
    if (!/^[a-z0-9-]+$/.test(id))
      throw usage('--accept', `${text} is not the id of a check`, 'see dns-cutover help checks');
    return { id, subject: colon === -1 ? null : text.slice(colon + 1), reason };
  });
}

/** `--attest 1 --attest 2` or `--attest all`, as indexes from 0. */
export function attestations(input: Input, sentences: readonly string[]): readonly number[] {
  const given = textsOption(input, 'attest');
  if (given.includes('all')) return sentences.map((_, index) => index);
  return given.map(text => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1 || number > sentences.length)
      throw usage(
        '--attest',
        `there is no sentence ${text}`,
        sentences.length === 0
          ? 'this plan asks for none'
          : `one of: ${sentences.map((sentence, index) => `${String(index + 1)} “${sentence}”`).join(', ')}, or all`,
      );
    return number - 1;
  });
}

/** The first argument, which the parser made sure is there. */
export function nameArgument({ args }: Input): string {
  const [name] = args;
  if (name === undefined)
    throw usage('NAME', 'which cutover?', 'name a domain or the id of a cutover');
  return name;
}
