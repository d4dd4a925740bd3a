import { isOver, attentionOf, type PropagationRow } from './rows.ts';
import { authorityIsNew, type Picture, placeText } from './propagation.ts';
import { type Dimension, placesOf } from './places.ts';
import { clockText, verdictMarks, whyText } from './words.ts';
import { type Cell, hang, inline, type Look, shown, symbolsOf, table } from '../table.ts';

/** So many have a line each; of more, those that are alike and need no attention share one. */
const eachMost = 40;

const plainly = (text: string): string => text;

/** A verdict with its mark. */
export const marked = (verdict: keyof typeof verdictMarks, look: Look): Cell => {
  const { symbol, paint } = verdictMarks[verdict];
  return { text: `${symbolsOf(look)[symbol]} ${verdict}`, paint: look.paint[paint] };
};

/** Every resolver, what needs attention first. */
export function resolverLines(rows: readonly PropagationRow[], look: Look): readonly string[] {
  if (rows.length <= eachMost) return eachLines(rows, look);
  const lagging = rows.filter(row => attentionOf(row) === 'straggler');
  const alike = rows.filter(row => attentionOf(row) !== 'straggler');
  return [...eachLines(lagging, look), ...alikeLines(alike, look)];
}

/** A line or more for each; where there is little room one, and what does not fit is cut. */
export function eachLines(
  rows: readonly PropagationRow[],
  look: Look,
  brief = false,
): readonly string[] {
  const validated = rows.some(({ dnssec }) => dnssec === 'validated');
  return table(
    rows.map(row => [
      row.verdict === null
        ? { text: `${symbolsOf(look).waiting} -`, paint: look.paint.dim }
        : marked(row.verdict, look),
      shown(row.id, look),
      row.id === placeText(row.address, row.port) ? '' : placeText(row.address, row.port),
      row.ttlLeft === null ? '' : { text: `${row.ttlLeft} s` },
      // A column that nobody fills takes no room.
      ...(validated ? [row.dnssec === 'validated' ? 'AD' : ''] : []),
      {
        text: shown(whyText(row, look), look),
        paint: row.explained || isOver(row, look.now) ? plainly : look.paint.red,
      },
    ]),
    { width: look.width, indent: 2, ...(brief && { cut: look.ascii ? '...' : '…' }) },
  );
}

/** Who stands before many of them has one certificate, that is for none of their names. */
const commonWhy = (row: PropagationRow, look: Look): string =>
  whyText(row, look).replace(
    /^its certificate is not for \S+ but for/,
    'its certificate is not for its name but for',
  );

/** Those of one verdict that say the same of themselves, by name. */
function alikeLines(rows: readonly PropagationRow[], look: Look): readonly string[] {
  const groups = Map.groupBy(rows, row => JSON.stringify([row.verdict, commonWhy(row, look)]));
  return [...groups.values()].flatMap(some => {
    const [first] = some;
    if (first === undefined) return [];
    const cell = first.verdict === null ? null : marked(first.verdict, look);
    const mark = cell?.text ?? symbolsOf(look).waiting;
    const why = `${some.length}, ${commonWhy(first, look)}:`;
    const [head = '', ...rest] = hang(`  ${mark}  `, shown(why, look), look.width);
    const ids = some.map(({ id }) => id).sort();
    return [
      `  ${(cell?.paint ?? plainly)(mark)}${head.slice(2 + mark.length)}`,
      ...rest,
      ...inline(
        ids.map(id => ({ text: shown(id, look) })),
        { width: look.width, indent: 6 },
      ),
    ];
  });
}

/** `DE Germany`; whatever is no country stays as it is. */
function countryText(code: string): string {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const name = /^[A-Z]{2}$/.test(code) ? names.of(code) : undefined;
  return name === undefined ? code : `${code} ${name}`;
}

/** How those that belong together stand. */
export function placeLines(picture: Picture, by: Dimension, look: Look): readonly string[] {
  const isKnown = picture.expected !== null;
  return table(
    placesOf(picture.rows, by).map(({ name, slice, until }) => {
      const { counts, share, unasked, total } = slice;
      const quiet = counts.empty + counts.refused + counts.silent;
      const answered = total - quiet - unasked;
      const parts = [
        ...(isKnown
          ? (['new', 'old', 'mixed', 'other'] as const).map(one => [counts[one], one] as const)
          : [[answered, 'answered'] as const]),
        [quiet, 'cannot tell'] as const,
        [unasked, 'not asked yet'] as const,
      ].filter(([number]) => number > 0);
      const percent =
        share === null || picture.distrust != null ? '-' : `${Math.floor(share * 100 + 1e-9)} %`;
      return [
        { text: shown(by === 'country' ? countryText(name) : name, look) },
        ...(isKnown
          ? [
              {
                text: percent.padStart(5),
                ...(share === 1 ? { paint: look.paint.green } : { paint: look.paint.yellow }),
              },
            ]
          : []),
        {
          text:
            parts.map(([number, word]) => `${number} ${word}`).join(', ') +
            (until === null || until < look.now ? '' : `, last by ${clockText(until, look)}`),
        },
      ];
    }),
    { width: look.width, indent: 2 },
  );
}

/** Where a person can ask those to forget that hold old: a form with a check that a person is there. */
export function forgetLines(picture: Picture, look: Look): readonly string[] {
  // Before all servers are new it would fetch old again.
  if (!authorityIsNew(picture)) return [];
  const pages = new Map<string, string[]>();
  for (const { id, verdict, sampled, flushUrl } of picture.rows)
    if ((verdict === 'old' || verdict === 'mixed') && sampled === undefined && flushUrl != null)
      pages.set(flushUrl, [...(pages.get(flushUrl) ?? []), id]);
  return [...pages].flatMap(([page, ids]) =>
    hang('  ', shown(`${ids.join(', ')}: ${page}`, look), look.width),
  );
}
