import { type Brief } from './stream.ts';

/** What is in danger comes first, then what needs a person, what goes on by itself, and what has ended. */
function urgency({ outcome, hold, next, stage, paused, controller, mail }: Brief): number {
  if (outcome !== null) return 8;
  if (hold !== null) return 0;
  if (controller?.running === false) return 1;
  if (mail !== null) return mail.lasts ? 2 : 3;
  if (stage === 'rollback') return 4;
  if (next.who === 'person') return 5;
  return paused || next.who === 'orchestrator' ? 6 : 7;
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Within the same urgency what has waited longest; of those that have ended the latest. */
export const worstFirst = (one: Brief, other: Brief): number =>
  urgency(one) - urgency(other) ||
  (one.outcome === null
    ? compare(one.startedAt, other.startedAt)
    : compare(other.endedAt ?? '', one.endedAt ?? '')) ||
  compare(one.id, other.id);
