import { type Instant, type Seconds } from '../../clock.ts';
import { LOW, moves, SNAPSHOT } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { isPolicyId, preparedOnly, prepareWait } from '../../cutover/prepared.ts';
import { moment, type Moment } from './moment.ts';
import { type Course } from './timeline.ts';
import { durationText } from '../words.ts';

/** A prepare record, and when nothing can hold any more what stood there before. */
export interface PreparedEnd {
  readonly key: string;
  readonly at: Instant;
  readonly seconds: Seconds;
  readonly why: string;
  /** It tells senders of a policy, and is written last. */
  readonly id: boolean;
}

/** Reckoned from when the first record is written: each is waited for before the next, which takes a moment. */
export const prepareEnds = (
  plan: Plan,
  { lower, negative }: { readonly lower: Instant; readonly negative: Seconds },
): readonly PreparedEnd[] =>
  plan.tracks
    .filter(track => preparedOnly(track) && moves(track, SNAPSHOT, LOW))
    .map(track => {
      const { lag } = plan.policy.ttl;
      const { seconds, why } = prepareWait(plan, track, { negative, lag });
      return { key: track.key, at: lower + seconds * 1000, seconds, why, id: isPolicyId(track) };
    });

/** Told where the wait is longer than the drain, and always of the id of a policy. */
export const prepareMoments = ({ prepared, drained }: Course): readonly Moment[] =>
  prepared
    .filter(({ at, id }) => id || at > drained)
    .map(({ key, at, seconds, why, id }) =>
      moment(
        at,
        'earliest',
        `${key} is settled`,
        `${durationText(seconds * 1000)} after every address shows it: ${why}${id ? '; it is written last, once the policy was fetched and names every host' : ''}`,
      ),
    );
