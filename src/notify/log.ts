import { type Instant } from '../clock.ts';
import { type Document, type Documents } from '../store/documents.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type DeliveryView } from './notifier.ts';

/** What is kept of one delivery. `n`: the line that it is about; null for a test. */
export type Delivery = Omit<DeliveryView, 'id'> & { readonly n: number | null };

/** Larger than any number of a line; ids count down from it, so that the newest is listed first. */
const beyond = 10 ** 15;

const countdown = (n: number): string => String(beyond - n).padStart(15, '0');

/** The same line gives the same id, so that a delivery that is sent again after a crash is still one. */
export const deliveryId = (n: number): string => countdown(n);

/** A test stands in the log behind the line before it and in front of the next. */
export const testId = (n: number, hex: string): string => `${countdown(n + 1)}t${hex}`;

const keyOf = (webhook: string, delivery: string): string => `${webhook}.${delivery}`;

// Only this room writes documents of this kind, so that their shape is known.
const deliveryOf = ({ data }: Document): Delivery => data as Delivery;

export const viewOf = (id: string, delivery: Delivery): DeliveryView => {
  const { event, type, state, attempts, nextAt } = delivery;
  return { id, event, type, state, attempts, nextAt };
};

/** What was tried, bounded: each delivery knows its last attempts, each webhook its last deliveries. */
export function deliveryLog(documents: Documents) {
  const load = async (webhook: string, delivery: string): Promise<Delivery | null> => {
    const document = await documents.get('delivery', keyOf(webhook, delivery));
    return document === null ? null : deliveryOf(document);
  };
  const list = async (
    webhook: string,
    of: { readonly before: string | null; readonly limit: number },
  ): Promise<readonly { readonly id: string; readonly delivery: Delivery }[]> => {
    const prefix = `${webhook}.`;
    const after = of.before === null ? {} : { after: keyOf(webhook, of.before) };
    const found = await documents.list('delivery', { prefix, ...after, limit: of.limit });
    return found.map(one => ({ id: one.id.slice(prefix.length), delivery: deliveryOf(one) }));
  };
  return {
    load,
    list,
    /** Stores what `change` makes of what is there, or of nothing. */
    note: async (
      at: { readonly webhook: string; readonly delivery: string; readonly now: Instant },
      change: (known: Delivery | null) => Delivery,
    ): Promise<Delivery> => {
      const id = keyOf(at.webhook, at.delivery);
      for (let attempt = 0; attempt < limits.appendAttempts; attempt += 1) {
        const there = await documents.get('delivery', id);
        const made = change(there === null ? null : deliveryOf(there));
        const data = { ...made, attempts: made.attempts.slice(-limits.webhookAttemptsKept) };
        const expiresAt = at.now + limits.webhookLogMs;
        const version = there?.version ?? 0;
        if (await documents.put({ kind: 'delivery', id, version, expiresAt, data })) return data;
      }
      throw new Fault('STORE', 'a delivery is noted by too many at once', { where: id });
    },
    /** Lets the oldest go. */
    trim: async (webhook: string): Promise<void> => {
      const all = await list(webhook, {
        before: null,
        limit: limits.webhookDeliveriesKept + limits.feedPage,
      });
      for (const { id } of all.slice(limits.webhookDeliveriesKept))
        await documents.remove('delivery', keyOf(webhook, id));
    },
    /** Everything of a webhook that is removed. */
    forget: async (webhook: string): Promise<void> => {
      for (;;) {
        const some = await list(webhook, { before: null, limit: limits.feedPage });
        for (const { id } of some) await documents.remove('delivery', keyOf(webhook, id));
        if (some.length < limits.feedPage) return;
      }
    },
  };
}

export type DeliveryLog = ReturnType<typeof deliveryLog>;
