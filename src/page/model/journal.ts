import { timesHere, type Here } from './moments.ts';
import { plainText } from './text.ts';
import { type EventView } from '../../view/events.ts';
import { type Tone } from './shape.ts';

/** One line of the journal, for people. */
export interface JournalLine {
  readonly id: string;
  readonly seq: number;
  readonly time: string;
  readonly who: string | null;
  readonly text: string;
  readonly tone: Tone | null;
}

/** What is worth a colour; everything else stays calm. */
const tones: Readonly<Partial<Record<EventView['type'], Tone>>> = {
  'stage.entered': 'new',
  held: 'bad',
  'hold.lifted': 'good',
  'write.conflict': 'bad',
  'write.not-applied': 'old',
  'write.confirmed': 'good',
  'drain.proven': 'good',
  'drain.reset': 'old',
  'caches.milestone': 'new',
  'caches.propagated': 'good',
  'rollback.asked': 'old',
  'rollback.delivered': 'good',
  'mail.advice': 'bad',
  'trouble.seen': 'old',
  ended: 'good',
};

/** The newest first. */
export const journalOf = (
  events: readonly EventView[],
  here: Pick<Here, 'zone'>,
): readonly JournalLine[] =>
  events.toReversed().map(({ id, seq, time, type, actor, text }) => ({
    ...{ id, seq, time },
    who: actor.kind === 'person' ? plainText(actor.name, 100) : null,
    text: plainText(timesHere(text, here), 1200),
    tone: tones[type] ?? null,
  }));
