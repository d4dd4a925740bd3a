import { setImmediate } from 'node:timers/promises';
import { limits } from '../limits.ts';
import { type Row, type Store } from './store.ts';

/** After which id it begins, and how many rows are read at once. */
export interface Part {
  readonly after: string;
  readonly atOnce: number;
}

/**
 * Rows by id, a part of the store at a time: each has a whole state, and a thousand of them read at once would
 * keep everybody else waiting.
 */
export async function* rowsOf(
  store: Pick<Store, 'list'>,
  { after: first, atOnce }: Part = { after: '', atOnce: limits.rowsAtOnce },
): AsyncGenerator<Row> {
  for (let after: string | undefined = first; after !== undefined;) {
    const rows: readonly Row[] = await store.list({ after, limit: atOnce });
    yield* rows;
    after = rows.length < atOnce ? undefined : rows.at(-1)?.id;
    if (after !== undefined) await setImmediate();
  }
}
