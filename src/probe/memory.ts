import { type Instant } from '../clock.ts';
import { type Approach, type Conversation, type Converse } from '../mail/conversation.ts';
import { limits } from '../limits.ts';

/** What is known of one address from the last time it was talked to. */
export interface Remembered {
  readonly conversation: Conversation;
  /** Who was asked for, so that an answer is not taken for another question's. */
  readonly asked: string;
  /** When it may be talked to again; by the uptime, in milliseconds. */
  readonly free: number;
  /** When asking again may help, by the wall clock; null: nothing speaks for it. */
  readonly again: Instant | null;
  /** Temporary answers in a row. */
  readonly tries: number;
}

/**
 * When which address was talked to last: the gate and the rounds after the swap share it, so that no host
 * hears from us more often than it has to bear. It forgets what is old.
 */
export interface ProbeMemory {
  readonly last: (key: string) => Remembered | null;
  readonly keep: (key: string, remembered: Remembered, up: number) => void;
}

function probeMemory(): ProbeMemory {
  const known = new Map<string, Remembered>();
  return {
    last: key => known.get(key) ?? null,
    keep: (key, remembered, up) => {
      known.delete(key);
      known.set(key, remembered);
      for (const [oldest, { free }] of known) {
        if (known.size <= limits.probeRemembered && free + limits.probeForgetMs > up) break;
        known.delete(oldest);
      }
    },
  };
}

const memories = new WeakMap<Converse, ProbeMemory>();

/** The one memory of whoever talks by this, so that its gate and its rounds share it. */
export function memoryOf(converse: Converse): ProbeMemory {
  const memory = memories.get(converse) ?? probeMemory();
  memories.set(converse, memory);
  return memory;
}

/** An address for a domain: a host that serves many has a session for each of them. */
export const memoryKey = ({ address, port, host, recipients }: Approach): string =>
  [address, port, host, recipients[0]?.address.split('@')[1] ?? ''].join(' ');

/** Everything that is asked of an address, the random recipient by its kind alone. */
export const askedOf = ({ recipients }: Approach): string =>
  recipients.map(({ kind, address }) => (kind === 'random' ? kind : address)).join(' ');
