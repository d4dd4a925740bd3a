import { type ComponentChildren, type JSX } from 'preact';
import { timeText } from '../../view/words.ts';
import { type Here } from '../model/moments.ts';
import { type LiveState } from '../model/props.ts';

/** How late it was when all of this was so: on paper nothing else says it. */
export function Foot({
  live,
  at,
  here: { now, zone },
  children,
}: {
  readonly live: LiveState;
  /** When what is shown was said, by the server's clock. */
  readonly at: string;
  readonly here: Here;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const told = live.is === 'stale' ? live.since : live.is === 'live' ? now : Date.parse(at);
  return (
    <footer class="foot quiet">
      As of {timeText(told, zone)}, by whose clock all times are told. {children}
    </footer>
  );
}
