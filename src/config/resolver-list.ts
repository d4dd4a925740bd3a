/** What may be written instead of a file. */
export const presets: readonly string[] = ['default', 'core', 'none'];

/** True for a word that stands for a list; anything else is the path of a file. */
export const isPreset = (list: string): boolean => presets.includes(list);

/** What is left out is a file, and no id: ids have no slashes, and rarely such endings. */
export const isFileName = (part: string): boolean => /\/|\.(?:json|ya?ml)$/.test(part);

export interface ListParts {
  /** Words and files, in order; of what is there twice the later counts. Empty: nobody. */
  readonly from: readonly string[];
  /** Ids, and files of resolvers, that are not asked. */
  readonly except: readonly string[];
}

/** Reads `core,./mine.json,-quad9`; exceptions alone are exceptions from `default`. */
export function readList(list: string): ListParts {
  const parts = list
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');
  const except = parts.filter(part => part.startsWith('-')).map(part => part.slice(1).trim());
  const named = parts.filter(part => !part.startsWith('-'));
  const from = named.length === 0 ? ['default'] : named.filter(part => part !== 'none');
  return { from, except };
}

/** The same list as one text; files by what `place` makes of their paths. */
export function listText(
  { from, except }: ListParts,
  place: (file: string) => string = file => file,
): string {
  const sources = from.map(part => (isPreset(part) ? part : place(part)));
  return [...sources, ...except.map(part => `-${isFileName(part) ? place(part) : part}`)].join(',');
}
