import { type JSX } from 'preact';
import { type StragglerView } from '../../view/world/world.ts';
import { causeWords, seesText } from '../model/causes.ts';
import { evidenceOf, leftText, placeText, ttlText } from '../model/lagging.ts';
import { ageText, clockText, type Here } from '../model/moments.ts';
import { plainText } from '../model/text.ts';
import { Mark } from './mark.tsx';

/** Only https may be followed: a list of one's own may say anything. */
const isLink = (url: string | null): url is string => url?.startsWith('https://') === true;

const Why = ({ one, here }: { readonly one: StragglerView; readonly here: Here }): JSX.Element => (
  <details class="why">
    <summary>
      {one.explained ? causeWords[one.cause].name : `unexplained: ${causeWords[one.cause].name}`}
    </summary>
    <ul class="evidence">
      {evidenceOf(one).map(text => (
        <li key={text}>{plainText(text)}</li>
      ))}
      {one.since !== null && <li>since {clockText(one.since, here, true)}</li>}
      {isLink(one.flushUrl) && (
        <li>
          <a href={one.flushUrl} rel="noreferrer noopener" target="_blank">
            Have it forget the name
          </a>
        </li>
      )}
    </ul>
  </details>
);

/** One resolver that is not new yet. */
export const LaggingRow = ({
  one,
  here,
  late,
}: {
  readonly one: StragglerView;
  readonly here: Here;
  /** One of many that are alike: a screen shows it when somebody asks. */
  readonly late: boolean;
}): JSX.Element => {
  const words = causeWords[one.cause];
  return (
    <tr {...(late && { class: 'row-late' })}>
      <th scope="row" class="cell-name">
        {plainText(one.name, 80)}
      </th>
      <td data-label="Operator">{one.operator === one.name ? '–' : plainText(one.operator, 80)}</td>
      <td data-label="Where">{plainText(placeText(one), 60)}</td>
      <td data-label="Sees" class={`cell-sees tone-${words.tone}`}>
        <Mark shape={words.shape} tone={words.tone} />
        {seesText(one)}
      </td>
      <td data-label="TTL left" class="number">
        {ttlText(one, here)}
      </td>
      <td data-label="Clears in" class="number cell-left">
        {leftText(one, here)}
      </td>
      <td data-label="Since" class="number">
        {one.since === null ? '–' : ageText(one.since, here.now)}
      </td>
      <td data-label="Why">
        <Why one={one} here={here} />
      </td>
    </tr>
  );
};
