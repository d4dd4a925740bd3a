import { displayName, unicodeName, type Name } from '../dns/name.ts';

/** A name for people; one in another script with the name that DNS knows beside it. */
export function nameText(name: Name): string {
  const [plain, unicode] = [displayName(name), unicodeOf(name)];
  return unicode === null ? plain : `${unicode} (${plain})`;
}

/** The name in its own script; null where that is how DNS has it. */
export function unicodeOf(name: Name): string | null {
  const unicode = unicodeName(name);
  return unicode === displayName(name) ? null : unicode;
}

/** Rdata, or the text of a key, with every internationalised name in it explained behind it. */
export function dataText(text: string): string {
  if (text.startsWith('"')) return text;
  const names = text.match(/(?<=^|\s)(?:[a-z0-9_-]+\.)*xn--[a-z0-9-]+(?:\.[a-z0-9_-]+)*\.?/g) ?? [];
  const known = names
    .map(name => unicodeName((name.endsWith('.') ? name : `${name}.`) as Name))
    .filter(unicode => !/^[\x20-\x7e]*$/.test(unicode));
  return known.length === 0 ? text : `${text} (${known.join(' ')})`;
}
