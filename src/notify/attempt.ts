import { type Chance, type Clock } from '../clock.ts';
import { toFault } from '../errors.ts';
import { type Secret } from '../secret.ts';
import { type Store } from '../store/store.ts';
import { type Post, type Posted } from '../web/outbound.ts';
import { type DeliveryView, type WebhookOrder } from './notifier.ts';
import { bodyOf, type Told } from './payload.ts';
import { retryAfterMs } from './schedule.ts';
import { signedHeaders } from './signature.ts';

/** Calls a receiver, who was judged first. */
export type Send = (
  of: Post & { readonly allowPrivate: boolean },
  signal: AbortSignal,
) => Promise<Posted>;

/** What the notifier works with. */
export interface Desk {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly send: Send;
  /** Names this process among those that share the store. */
  readonly holder: string;
  /** Hears of trouble that nobody is there to be told about. */
  readonly tell: (trouble: string) => void;
}

/** One webhook, wherever it comes from. */
export interface Receiver {
  readonly id: string;
  readonly order: WebhookOrder;
  readonly secrets: readonly Secret[];
  readonly allowPrivate: boolean;
}

/** What came of one attempt. Taken means 2xx; the receiver's own words are never read. */
export interface Tried {
  readonly is: 'taken' | 'refused' | 'gone';
  readonly attempt: DeliveryView['attempts'][number];
  readonly retryAfterMs: number | null;
}

const why = (status: number): string | null =>
  status >= 200 && status < 300
    ? null
    : status >= 300 && status < 400
      ? 'a redirect, which is not followed'
      : status === 410
        ? 'the receiver says that it is gone for good'
        : `it answered ${status}`;

/** @throws Fault ABORTED */
export async function tryOnce(
  { clock, send }: Pick<Desk, 'clock' | 'send'>,
  { receiver, told }: { readonly receiver: Receiver; readonly told: Told },
  signal: AbortSignal,
): Promise<Tried> {
  const { order, secrets, allowPrivate } = receiver;
  const began = clock.now();
  const body = bodyOf(order.shape, told);
  const headers = signedHeaders({ id: told.id, at: began.wall, body }, secrets);
  const came = (status: number | null, because: string | null): Tried['attempt'] => {
    const { wall, up, boot } = clock.now();
    const tookMs = boot === began.boot ? up - began.up : wall - began.wall;
    return { at: began.wall, status, why: because, tookMs };
  };
  try {
    const { status, retryAfter } = await send(
      { url: order.url, headers, body, allowPrivate },
      signal,
    );
    const because = why(status);
    return {
      is: because === null ? 'taken' : status === 410 ? 'gone' : 'refused',
      attempt: came(status, because),
      retryAfterMs: retryAfterMs(retryAfter, clock.now().wall),
    };
  } catch (error) {
    const fault = toFault(error);
    if (fault.code === 'ABORTED' || fault.code === 'BUG') throw fault;
    return { is: 'refused', attempt: came(null, fault.message), retryAfterMs: null };
  }
}
