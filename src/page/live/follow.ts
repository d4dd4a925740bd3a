import { type EventView } from '../../view/events.ts';
import {
  type Brief,
  type CutoverSnapshot,
  type HistoryPoint,
  type ListSnapshot,
} from '../../view/stream/stream.ts';
import { worstFirst } from '../../view/stream/worst-first.ts';
import { pageLimits } from '../../limits/page.ts';
import { type Message } from './message.ts';

const byNumber = (lines: readonly EventView[]): readonly EventView[] =>
  [...new Map(lines.map(line => [line.seq, line])).values()].sort((a, b) => a.seq - b.seq);

/** The newest lines, each once and none missing between them: what lies before a gap is left out. */
function joined(lines: readonly EventView[], more: readonly EventView[]): readonly EventView[] {
  const [last, next] = [lines.at(-1)?.seq, more[0]?.seq];
  // Nearly always it is the next one.
  const all = next === (last ?? 0) + 1 ? [...lines, ...more] : byNumber([...lines, ...more]);
  const gap = all.findLastIndex(({ seq }, index) => {
    const before = all[index - 1];
    return before !== undefined && before.seq + 1 !== seq;
  });
  return all.slice(Math.max(0, gap)).slice(-pageLimits.pageLines);
}

/** One point a minute; the last one is said anew until its minute is over. */
function withPoint(
  history: readonly HistoryPoint[],
  point: HistoryPoint | null,
): readonly HistoryPoint[] {
  if (point === null) return history;
  const last = history.at(-1);
  if (last === undefined || last.at < point.at) return [...history, point];
  return last.at === point.at ? [...history.slice(0, -1), point] : history;
}

/** What the page of one cutover shows after a message. What is older than what it shows changes nothing. */
export function followCutover(shown: CutoverSnapshot, message: Message): CutoverSnapshot {
  switch (message.is) {
    case 'snapshot': {
      const { data } = message;
      if (!('status' in data)) return shown;
      // Another epoch is another store: its lines have nothing to do with those that are shown.
      if (data.epoch !== shown.epoch) return data;
      return { ...data, events: joined(shown.events, data.events) };
    }
    case 'event':
      return { ...shown, events: joined(shown.events, [message.data]) };
    case 'status': {
      const { at, seq, status } = message.data;
      return seq < shown.seq ? shown : { ...shown, at, seq, status };
    }
    case 'propagation': {
      const { at, propagation, forecast, point } = message.data;
      const status = { ...shown.status, propagation, forecast };
      return { ...shown, at, status, history: withPoint(shown.history, point) };
    }
    case 'brief':
    case 'reset':
    case 'beat':
    case 'bookmark':
    case 'goodbye':
      return shown;
  }
}

/** Each stands where it belongs at once: what has become the worst, and what is new, moves there. */
function withBrief(briefs: readonly Brief[], brief: Brief): readonly Brief[] {
  const known = briefs.find(({ id }) => id === brief.id);
  if (known !== undefined && known.seq > brief.seq) return briefs;
  return [...briefs.filter(({ id }) => id !== brief.id), brief].sort(worstFirst);
}

/** What the list of all shows after a message. */
export function followList(shown: ListSnapshot, message: Message): ListSnapshot {
  if (message.is === 'snapshot') return 'cutovers' in message.data ? message.data : shown;
  if (message.is !== 'brief') return shown;
  const { at, brief } = message.data;
  return { ...shown, at, cutovers: withBrief(shown.cutovers, brief) };
}
