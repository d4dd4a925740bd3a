import { type Brief } from '../../view/stream/stream.ts';
import { type Status } from '../../view/status/status.ts';
import { wholePercent } from '../model/percent.ts';
import { type Mood } from './icon.ts';

/** What a tab of the browser says about a page that nobody looks at. */
export interface Headline {
  readonly title: string;
  readonly mood: Mood;
}

type Standing = Pick<Status, 'outcome' | 'next' | 'hold' | 'stage' | 'mail'>;

function moodOf({ outcome, next, hold, stage, mail }: Standing): Mood {
  if (outcome !== null) return outcome === 'done' ? 'done' : 'back';
  if (mail?.trouble != null) return 'person';
  if (hold !== null || next.who === 'person' || next.who === 'orchestrator') return 'person';
  if (stage === 'rollback') return 'back';
  return stage === 'drain' || stage === 'sweep' || stage === 'settle' ? 'waiting' : 'going';
}

const troubleWords = { refused: 'mail refused', down: 'host down' } as const;

/** `62 % example.org`, what is worse than any share, or the stage while no share is known. */
export function cutoverHeadline(status: Status): Headline {
  const { domain, stage, outcome, hold, propagation, controller, mail } = status;
  const going = status.ending === null ? stage : 'ending';
  const trouble = mail?.trouble ?? null;
  const share = propagation?.resolvers?.share ?? null;
  const counts = share !== null && (going === 'propagate' || going === 'rollback');
  const worst =
    hold !== null
      ? 'hold'
      : controller?.running === false
        ? 'not running'
        : trouble === null
          ? null
          : troubleWords[trouble.is];
  const said = outcome ?? worst ?? (counts ? null : going);
  const first = said ?? `${String(wholePercent(share ?? 0))} %`;
  return { title: `${first} ${domain}`, mood: moodOf(status) };
}

/** How many cutovers are under way, and whether any of them waits for a person. */
export function listHeadline(cutovers: readonly Brief[], name: string): Headline {
  const open = cutovers.filter(({ outcome }) => outcome === null);
  const waiting = open.filter(
    ({ hold, mail, next }) =>
      hold !== null || mail !== null || ['person', 'orchestrator'].includes(next.who),
  );
  const title = `${String(open.length)} under way · ${name}`;
  if (waiting.length > 0)
    return { title: `${String(waiting.length)} waiting, ${title}`, mood: 'person' };
  return { title, mood: open.length > 0 ? 'going' : 'done' };
}

/** The same when the page has lost its server: what it says is old. */
export const staleHeadline = ({ title }: Headline): Headline => ({
  title: `⚠ ${title}`,
  mood: 'stale',
});
