import { type Chance, type Clock } from '../clock.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Document, type DocumentKind, type Documents } from '../store/documents.ts';

/** What access stands on. */
export interface AccessGround {
  readonly documents: Documents;
  readonly clock: Pick<Clock, 'now'>;
  readonly chance: Chance;
}

/** A document whose data is what its kind keeps. */
export type Kept<Data> = Omit<Document, 'data'> & { readonly data: Data };

type Guard<Data> = (data: unknown) => data is Data;

/** Null where there is none, and where its data is damaged: that proves nothing for anybody. */
export async function readKept<Data>(
  { documents }: AccessGround,
  { kind, id }: { readonly kind: DocumentKind; readonly id: string },
  is: Guard<Data>,
): Promise<Kept<Data> | null> {
  const document = await documents.get(kind, id);
  const data = document?.data;
  return document !== null && is(data) ? { ...document, data } : null;
}

/** All whose id begins with the prefix, by id. */
export async function allKept<Data>(
  { documents }: AccessGround,
  { kind, prefix = '' }: { readonly kind: DocumentKind; readonly prefix?: string },
  is: Guard<Data>,
): Promise<readonly Kept<Data>[]> {
  const all: Kept<Data>[] = [];
  for (let after = ''; ;) {
    const page = await documents.list(kind, { prefix, after, limit: limits.feedPage });
    for (const { data, ...document } of page) if (is(data)) all.push({ ...document, data });
    const last = page.at(-1);
    if (last === undefined || page.length < limits.feedPage) return all;
    after = last.id;
  }
}

/**
 * Changes what is kept, reading again whenever somebody else was first. False when there is none.
 * @throws Fault STORE when others are always first
 */
export async function alter<Data>(
  ground: AccessGround,
  read: () => Promise<Kept<Data> | null>,
  change: (kept: Kept<Data>) => Kept<Data>,
): Promise<boolean> {
  for (let round = 0; round < limits.appendAttempts; round += 1) {
    const kept = await read();
    if (kept === null) return false;
    if (await ground.documents.put(change(kept))) return true;
  }
  throw new Fault('STORE', 'others change it faster than it can be written', {
    fix: 'Try again.',
  });
}

/** Writes down that it was used; whether that succeeds decides nothing about who may do what. */
export async function noteUse<Data extends { readonly lastUsedAt: number | null }>(
  { documents }: AccessGround,
  kept: Kept<Data>,
  used: { readonly at: number; readonly expiresAt: number | null },
): Promise<void> {
  const last = kept.data.lastUsedAt;
  if (last !== null && used.at - last < limits.usedEveryMs) return;
  const data = { ...kept.data, lastUsedAt: used.at };
  try {
    await documents.put({ ...kept, expiresAt: used.expiresAt, data });
  } catch (error) {
    // A store that cannot be written must not keep people from looking.
    if (!isFault(error, 'STORE')) throw error;
  }
}
