import { type JSX } from 'preact';
import { type Status } from '../../view/status/status.ts';
import { stepText, trackOf } from '../model/track.ts';
import { plainText } from '../model/text.ts';
import { Mark } from './mark.tsx';

/** The stages as stops of a line. */
export const Track = ({ status }: { readonly status: Status }): JSX.Element => {
  const step = stepText(status);
  return (
    <nav aria-label="Stages">
      <ol class="track-stops">
        {trackOf(status).map(({ stage, name, does, current, says, shape, tone }) => (
          <li
            key={stage}
            class={`stop stop-${shape}`}
            {...(current && { 'aria-current': 'step' as const })}
          >
            <Mark shape={shape} tone={tone} />
            <span class="stop-name">{name}</span>
            <span class="stop-does">
              <span>{says}</span> · {does}
            </span>
          </li>
        ))}
      </ol>
      {step !== '' && <p class="quiet">{plainText(step)}</p>}
    </nav>
  );
};
