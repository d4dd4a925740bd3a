import { columnsOf, hang, padded, shown, symbolsOf, type Look } from '../view/table.ts';
import { type CacheRow } from './story.ts';

/** `new; until then: raises TTLs, waiting for its TTL`. */
function saidText({ verdict, causes, late }: CacheRow): string {
  if (verdict === null) return 'never heard of';
  if (causes.length === 0) return verdict;
  const why = `${verdict === 'new' ? 'until then: ' : ''}${causes.join(', ')}`;
  return `${verdict}; ${why}${late ? lateText : ''}`;
}

const lateText = ' (this machine was too busy to hear it in time)';

/** What each cache of a rehearsal is against what the monitor said of it; ends with a line end. */
export function cachesText(rows: readonly CacheRow[], look: Look): string {
  if (rows.length === 0) return '';
  const { paint, width } = look;
  const symbols = symbolsOf(look);
  const columns = Math.max(...rows.map(({ id }) => columnsOf(id)));
  const lines: string[] = [];
  let key = '';
  for (const row of rows.toSorted((one, other) =>
    one.key < other.key ? -1 : one.key > other.key ? 1 : 0,
  )) {
    if (row.key !== key) lines.push('', paint.bold(`The caches of ${shown(row.key, look)}`));
    key = row.key;
    const mark = row.right ? paint.green(symbols.done) : paint.red(symbols.fail);
    const label = `${padded(row.id, columns)}  `;
    const [first = '', ...rest] = hang(label, shown(row.what, look), width - 4);
    const indent = ' '.repeat(columnsOf(label));
    const said = hang(`${indent}${symbols.arrow} `, saidText(row), width - 4);
    lines.push(`  ${mark} ${first}`);
    for (const line of [...rest, ...said]) lines.push(`    ${line}`);
  }
  const right = rows.filter(row => row.right).length;
  const sum = `The monitor was right about ${String(right)} of ${String(rows.length)}.`;
  lines.push('', right === rows.length ? sum : paint.red(sum), '');
  return lines.join('\n');
}
