import { type EventView } from '../../view/events.ts';
import {
  type BeatFrame,
  type BriefFrame,
  type CutoverSnapshot,
  type ListSnapshot,
  type PropagationFrame,
  type ResetFrame,
  type StatusFrame,
} from '../../view/stream/stream.ts';

/** One message of the stream as a page hears it; see view/stream.ts. */
export type Message =
  | { readonly is: 'snapshot'; readonly data: CutoverSnapshot | ListSnapshot }
  | { readonly is: 'event'; readonly data: EventView }
  | { readonly is: 'status'; readonly data: StatusFrame }
  | { readonly is: 'propagation'; readonly data: PropagationFrame }
  | { readonly is: 'brief'; readonly data: BriefFrame }
  | { readonly is: 'reset'; readonly data: ResetFrame }
  /** Nothing new but that the server is there. */
  | { readonly is: 'beat' | 'bookmark' | 'goodbye'; readonly data: Partial<BeatFrame> };

export const named = [
  'snapshot',
  'status',
  'propagation',
  'brief',
  'reset',
  'beat',
  'bookmark',
  'goodbye',
] as const;

/** What the server sent is its own; what is no JSON is left out, since a page cannot mend it. */
export function parsed(is: Message['is'], text: string): Message | null {
  try {
    return { is, data: JSON.parse(text) as unknown } as Message;
  } catch {
    return null;
  }
}

/** The server's clock in a message; null where it says none. */
export const toldAt = ({ is, data }: Message): string | null =>
  is === 'event' ? null : (data.at ?? null);
