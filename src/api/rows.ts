import { type App } from '../app.ts';
import { folded } from '../controller/append.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Part, rowsOf } from '../store/rows.ts';

/** Cutovers by id, those that are asked for. */
export async function* cutoversOf(
  { environment: { store } }: App,
  isAsked: (id: string) => boolean,
  part?: Part,
): AsyncGenerator<Cutover> {
  for await (const row of rowsOf(store, part)) if (isAsked(row.id)) yield folded(store, row);
}

/** All of them that are asked for. */
export async function allCutovers(
  app: App,
  isAsked: (id: string) => boolean = () => true,
): Promise<readonly Cutover[]> {
  const all: Cutover[] = [];
  for await (const one of cutoversOf(app, isAsked)) all.push(one);
  return all;
}
