/** One part of an Accept header (RFC 9110 12.5.1); `null` where it is none. */
function partOf(text: string): { readonly range: string; readonly quality: number } | null {
  const [range = '', ...parameters] = text.split(';').map(part => part.trim().toLowerCase());
  if (!/^[\w.+*-]+\/[\w.+*-]+$/.test(range)) return null;
  const [, weight = '1'] = /^q=([01](?:\.\d{0,3})?)$/.exec(parameters.at(-1) ?? '') ?? [];
  return { range, quality: Math.min(1, Number(weight)) };
}

/** How much a range says: a type, all of one kind, or anything; 0: nothing of this type. */
function precision(range: string, type: string): number {
  if (range === type) return 3;
  if (range === `${type.split('/')[0] ?? ''}/*`) return 2;
  return range === '*/*' ? 1 : 0;
}

const partsMost = 50;

/**
 * Which of these types a caller would rather have, the first of them where all are alike or nothing was said;
 * null: none.
 */
export function preferred<Type extends string>(
  header: string | undefined,
  types: readonly [Type, ...Type[]],
): Type | null {
  if (header === undefined || header.trim() === '') return types[0];
  const parts = header
    .split(',')
    .slice(0, partsMost)
    .flatMap(text => partOf(text) ?? []);
  const qualityOf = (type: Type): number =>
    parts.reduce(
      (best, { range, quality }) => {
        const exact = precision(range, type);
        return exact > best.exact ? { exact, quality } : best;
      },
      { exact: 0, quality: 0 },
    ).quality;
  return types.reduce<{ readonly type: Type | null; readonly quality: number }>(
    (best, type) => {
      const quality = qualityOf(type);
      return quality > best.quality ? { type, quality } : best;
    },
    { type: null, quality: 0 },
  ).type;
}

/** What events are given as. */
export const eventForms = [
  'application/json',
  'text/event-stream',
  'application/x-ndjson',
] as const;
