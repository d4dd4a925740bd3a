import { type Instant } from '../clock.ts';
import { type Document, type Documents } from '../store/documents.ts';
import { type Store } from '../store/store.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type WebhookOrder } from './notifier.ts';

/** An event that a receiver did not take yet. Several wait only while older ones have failed often. */
export interface Waiting {
  /** Its number in the journal. */
  readonly n: number;
  readonly delivery: string;
  /** Failed attempts that count for the schedule. */
  readonly failed: number;
  readonly nextAt: Instant;
  /** A success of another event is a reason to try this one at once, but only once between two of its own. */
  readonly hurry: 'may' | 'now' | 'done';
}

/** What is kept of one webhook. Every process reads and writes it; compare-and-swap keeps them apart. */
export interface WebhookRecord {
  /** Null for one of the configuration, which has its order and secrets itself. */
  readonly own: { readonly order: WebhookOrder; readonly secret: string } | null;
  readonly createdAt: Instant;
  /** Everything up to this line was delivered, given up, not wanted, or is waiting. */
  readonly epoch: string;
  readonly n: number;
  /** Oldest first. */
  readonly waiting: readonly Waiting[];
  readonly disabled: { readonly at: Instant; readonly why: string } | null;
  /** Who sends, so that several processes on one store send once. */
  readonly lease: { readonly holder: string; readonly until: Instant } | null;
}

export interface Kept {
  readonly version: number;
  readonly expiresAt: Instant | null;
  readonly record: WebhookRecord;
}

export const newRecord = (
  of: Pick<WebhookRecord, 'own' | 'createdAt' | 'epoch' | 'n'>,
): WebhookRecord => ({ ...of, waiting: [], disabled: null, lease: null });

// Only this room writes documents of this kind, so that their shape is known.
export const keptOf = ({ version, expiresAt, data }: Document): Kept => ({
  ...{ version, expiresAt },
  record: data as WebhookRecord,
});

export async function loadRecord(documents: Documents, id: string): Promise<Kept | null> {
  const document = await documents.get('webhook', id);
  return document === null ? null : keptOf(document);
}

/**
 * One of the configuration that nobody works for is forgotten after a while: put back into the file a
 * year later it is new, and is not told a year's events.
 */
const endOf = ({ own }: WebhookRecord, now: Instant): Instant | null =>
  own === null ? now + limits.webhookForgottenMs : null;

/** Somebody works for it, and it has not said so for a day. */
export const isFading = ({ expiresAt }: Kept, now: Instant): boolean =>
  expiresAt !== null && expiresAt < now + limits.webhookForgottenMs - 86_400_000;

/** False: somebody else was first. */
export const saveRecord = (
  documents: Documents,
  id: string,
  { version, record, now }: Omit<Kept, 'expiresAt'> & { readonly now: Instant },
): Promise<boolean> =>
  documents.put({ kind: 'webhook', id, version, expiresAt: endOf(record, now), data: record });

/** Reads, changes and stores, again while others are first; null when it is gone, or nothing is to be changed. */
export async function changeRecord(
  { store, now }: { readonly store: Pick<Store, 'documents'>; readonly now: Instant },
  id: string,
  change: (record: WebhookRecord) => WebhookRecord | null,
): Promise<WebhookRecord | null> {
  for (let attempt = 0; attempt < limits.appendAttempts; attempt += 1) {
    const kept = await loadRecord(store.documents, id);
    const record = kept === null ? null : change(kept.record);
    if (kept === null || record === null) return null;
    if (await saveRecord(store.documents, id, { version: kept.version, record, now }))
      return record;
  }
  throw new Fault('STORE', 'what is kept of a webhook is changed by too many at once', {
    where: id,
  });
}
