import { type Cutover } from '../../src/cutover/cutover.ts';
import { genesis, type Line, seal } from '../../src/cutover/line.ts';
import { type Save, type Saved, type Store } from '../../src/store/store.ts';

/** The store keeps states without looking into them: a domain and a mark are enough. */
export const stateOf = (domain: string, mark: unknown = null): Cutover =>
  ({ domain, mark }) as unknown as Cutover;

export const lineOf = (owner: string, at = 1): Line => ({
  v: 1,
  at,
  type: 'owner.changed',
  data: { owner, fence: 1, now: { wall: 0, up: 0, boot: 'b' } },
});

export interface Wanted {
  /** How many lines; one unless told. */
  readonly lines?: number;
  readonly mark?: string;
  readonly fence?: number;
  readonly open?: boolean;
  readonly keys?: readonly string[];
}

/** A save that continues what `store` holds now. */
export async function saveOf(store: Store, id: string, wanted: Wanted = {}): Promise<Save> {
  const row = await store.load(id);
  const { lines = 1, mark = 'x', fence, open = true, keys = [] } = wanted;
  const seq = row?.seq ?? 0;
  const provenance = { cutover: id, seq, hash: row?.hash ?? genesis(id), cause: 'test' };
  const actor = { kind: 'person', name: 'ann' } as const;
  const sealed = seal(
    Array.from({ length: lines }, (_, index) => lineOf(`${mark}-${index}`)),
    { ...provenance, actor },
  );
  const domain = id.replace(/\.\d+$/, '');
  return {
    ...{ id, seq, lines: sealed, state: stateOf(domain, mark), fold: 1, open, keys },
    ...(fence === undefined ? {} : { fence }),
  };
}

export async function append(store: Store, id: string, wanted?: Wanted): Promise<Saved> {
  return store.save(await saveOf(store, id, wanted));
}
