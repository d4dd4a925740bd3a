import { type Instant } from '../clock.ts';
import { type Secret } from '../secret.ts';

/** How a payload is shaped: an event as it is, or what these chat tools take. */
export const shapes = ['event', 'slack', 'teams'] as const;
export type Shape = (typeof shapes)[number];

export interface WebhookOrder {
  readonly url: string;
  readonly shape: Shape;
  /** Line types that are sent; null: all that a person would want to know. */
  readonly types: readonly string[] | null;
  /** Ids of cutovers, or domains; null: all. */
  readonly cutovers: readonly string[] | null;
}

/** A receiver that stands in the configuration file. */
export interface ConfiguredWebhook {
  readonly order: WebhookOrder;
  /** The first is in use, the others are on their way out; none where a chat tool verifies nothing. */
  readonly secrets: readonly Secret[];
  /** It may be on this machine or in a network of its own, which nobody may ask for over the API. */
  readonly allowPrivate: boolean;
}

/** `url` is shown without what may be secret in it: the path of a chat tool's, and any query. */
export interface WebhookView extends WebhookOrder {
  readonly id: string;
  /** `config` ones stand in the file and cannot be removed here. */
  readonly origin: 'config' | 'api';
  readonly disabled: { readonly at: Instant; readonly why: string } | null;
  /** `<epoch>-<n>`: no event up to this one waits to be delivered. */
  readonly cursor: string | null;
}

/** One event to one receiver. The receiver's reply is never shown beyond its status. */
export interface DeliveryView {
  readonly id: string;
  readonly event: string;
  readonly type: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: readonly {
    readonly at: Instant;
    readonly status: number | null;
    readonly why: string | null;
    readonly tookMs: number;
  }[];
  readonly nextAt: Instant | null;
}

/** Tells receivers about events, in order, at least once, across restarts. */
export interface Notifier {
  list(): Promise<readonly WebhookView[]>;
  /** The signing secret (`whsec_…`) is shown this once. */
  create(order: WebhookOrder): Promise<{ readonly webhook: WebhookView; readonly secret: string }>;
  /** False when there is none; REFUSED for those of the configuration. */
  remove(id: string): Promise<boolean>;
  /**
   * Sends a test event at once and says what came of it; null when there is none. A receiver that was
   * disabled and takes it is enabled again, and hears what happens from then on.
   */
  test(id: string): Promise<DeliveryView | null>;
  /** Newest first. */
  deliveries(
    id: string,
    of: { readonly before: string | null; readonly limit: number },
  ): Promise<readonly DeliveryView[] | null>;
  /** Puts one delivery in the queue again; null when there is none. REFUSED while it is disabled. */
  redeliver(id: string, delivery: string): Promise<DeliveryView | null>;
  /** Delivers until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}
