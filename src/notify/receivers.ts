import { createHash } from 'node:crypto';
import { limits } from '../limits.ts';
import { headOf } from '../store/head.ts';
import { type Desk, type Receiver } from './attempt.ts';
import { type ConfiguredWebhook, type WebhookOrder, type WebhookView } from './notifier.ts';
import { keptOf, loadRecord, newRecord, saveRecord, type WebhookRecord } from './record.ts';
import { readSigningSecrets } from './signature.ts';

/** A webhook with what is kept of it. */
export interface Known {
  readonly receiver: Receiver;
  readonly record: WebhookRecord;
}

/**
 * The receivers of the configuration, each under an id that stays while its URL does; where two have the
 * same URL, their order tells them apart.
 */
export function configuredReceivers(list: readonly ConfiguredWebhook[]): readonly Receiver[] {
  const seen = new Map<string, number>();
  return list.map(({ order, secrets, allowPrivate }) => {
    const count = seen.get(order.url) ?? 0;
    seen.set(order.url, count + 1);
    const hash = createHash('sha256').update(`${order.url}\n${count}`).digest('hex');
    return { id: `cfg_${hash.slice(0, 16)}`, order, secrets, allowPrivate };
  });
}

function ownReceiver(id: string, { own }: WebhookRecord): Receiver | null {
  if (own === null) return null;
  const secrets = readSigningSecrets(own.secret, `webhook ${id}`);
  return { id, order: own.order, secrets, allowPrivate: false };
}

/** What is kept of one of the configuration; made when there is nothing, to begin with what happens next. */
async function configuredRecord({ store, clock }: Desk, id: string): Promise<WebhookRecord> {
  const { wall } = clock.now();
  for (;;) {
    const kept = await loadRecord(store.documents, id);
    if (kept !== null) return kept.record;
    const epoch = store.epoch;
    const record = newRecord({ own: null, createdAt: wall, epoch, n: await headOf(store) });
    await saveRecord(store.documents, id, { version: 0, record, now: wall });
  }
}

/** Every webhook there is: those of the configuration, then those of the API, oldest first. */
export async function allKnown(
  desk: Desk,
  configured: readonly Receiver[],
): Promise<readonly Known[]> {
  const first: Known[] = [];
  for (const receiver of configured)
    first.push({ receiver, record: await configuredRecord(desk, receiver.id) });
  const of = { prefix: ownPrefix, limit: limits.webhooks };
  const rest = (await desk.store.documents.list('webhook', of)).flatMap(document => {
    const { record } = keptOf(document);
    const receiver = ownReceiver(document.id, record);
    return receiver === null ? [] : [{ receiver, record }];
  });
  return [...first, ...rest.sort((one, other) => one.record.createdAt - other.record.createdAt)];
}

/** Of those that the API made. */
export const ownPrefix = 'wh_';

export async function findKnown(
  desk: Desk,
  configured: readonly Receiver[],
  id: string,
): Promise<Known | null> {
  const written = configured.find(one => one.id === id);
  if (written !== undefined) return { receiver: written, record: await configuredRecord(desk, id) };
  const kept = id.startsWith(ownPrefix) ? await loadRecord(desk.store.documents, id) : null;
  const receiver = kept === null ? null : ownReceiver(id, kept.record);
  return kept === null || receiver === null ? null : { receiver, record: kept.record };
}

/** Whoever has the URL of a chat tool may write there, and a query may hold a token. */
function shownUrl({ url, shape }: WebhookOrder): string {
  const { origin, pathname, search } = new URL(url);
  if (shape !== 'event') return `${origin}/…`;
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
}

/** The last line that nothing waits before, nor at. */
const doneUpTo = ({ n, waiting }: WebhookRecord): number =>
  Math.min(n, ...waiting.map(one => one.n - 1));

export const webhookView = ({ receiver, record }: Known): WebhookView => ({
  ...{ ...receiver.order, url: shownUrl(receiver.order) },
  id: receiver.id,
  origin: record.own === null ? 'config' : 'api',
  disabled: record.disabled,
  cursor: `${record.epoch}-${doneUpTo(record)}`,
});
