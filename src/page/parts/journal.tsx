import { type JSX } from 'preact';
import { type EventView } from '../../view/events.ts';
import { journalOf } from '../model/journal.ts';
import { type Here } from '../model/moments.ts';
import { Moment } from './moment.tsx';

/** What happened, the newest first. */
export const Journal = ({
  events,
  here,
}: {
  readonly events: readonly EventView[];
  readonly here: Here;
}): JSX.Element => (
  <section class="panel" aria-labelledby="journal-title">
    <h2 id="journal-title">Journal</h2>
    <div
      class="journal-scroll"
      role="log"
      aria-live="off"
      aria-label="Journal, the newest first"
      tabIndex={0}
    >
      <ol class="journal" reversed>
        {journalOf(events, here).map(({ id, seq, time, who, text, tone }) => (
          <li key={id} class={tone === null ? 'entry' : `entry entry-${tone}`} data-seq={seq}>
            <Moment iso={time} here={here} seconds />
            <span class="entry-text">
              {text}
              {who !== null && <span class="entry-who"> by {who}</span>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  </section>
);
