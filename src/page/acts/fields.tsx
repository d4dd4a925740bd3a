import { type JSX } from 'preact';
import { type AcceptableView, type OfferView } from '../../view/status/offers.ts';
import { type Status } from '../../view/status/status.ts';
import { plainText } from '../model/text.ts';
import { asksDomain } from './labels.ts';
import { type Filled } from './order.ts';

interface FieldsProps {
  readonly offer: OfferView;
  readonly status: Status;
  readonly filled: Filled;
  readonly fill: (change: Partial<Filled>) => void;
}

const toggled = (list: readonly number[], index: number): readonly number[] =>
  list.includes(index) ? list.filter(one => one !== index) : [...list, index];

const acceptText = ({ id, subject, summary, consequence }: AcceptableView): string =>
  plainText(
    [`${id}${subject === null ? '' : ` ${subject}`}: ${summary}`, consequence]
      .filter(text => text !== null)
      .join(' — '),
  );

function Tick({
  text,
  checked,
  onToggle,
}: {
  readonly text: string;
  readonly checked: boolean;
  readonly onToggle: () => void;
}): JSX.Element {
  return (
    <li>
      <label class="tick">
        <input type="checkbox" checked={checked} onChange={onToggle} />
        <span>{text}</span>
      </label>
    </li>
  );
}

/** Sentences that are to be true, before a swap. */
function Attestations({ offer, status, filled, fill }: FieldsProps): JSX.Element | null {
  const { attestations } = status.approval;
  if (offer.act !== 'approve' || status.stage !== 'gate' || attestations.length === 0) return null;
  return (
    <fieldset>
      <legend>I know that this is true</legend>
      <ul class="ticks">
        {attestations.map(({ sentence, ticked }, index) => (
          <Tick
            key={sentence}
            text={plainText(sentence)}
            checked={ticked || filled.attest.includes(index)}
            onToggle={() => {
              fill({ attest: toggled(filled.attest, index) });
            }}
          />
        ))}
      </ul>
    </fieldset>
  );
}

/** What stands in the way, and can be taken responsibility for. */
function Acceptances({ offer, filled, fill }: FieldsProps): JSX.Element | null {
  if (offer.accept.length === 0) return null;
  return (
    <fieldset>
      <legend>I take responsibility for what I tick here</legend>
      <ul class="ticks">
        {offer.accept.map((one, index) => (
          <Tick
            key={`${one.id} ${one.subject ?? ''}`}
            text={acceptText(one)}
            checked={filled.accept.includes(index)}
            onToggle={() => {
              fill({ accept: toggled(filled.accept, index) });
            }}
          />
        ))}
      </ul>
    </fieldset>
  );
}

/** What somebody says before an act is sent. */
export function Fields(props: FieldsProps): JSX.Element {
  const { offer, status, filled, fill } = props;
  return (
    <>
      <Attestations {...props} />
      <Acceptances {...props} />
      {offer.needsEnd && (
        <label class="field">
          <span>New end of the window, by your own clock</span>
          <input
            type="datetime-local"
            value={filled.end}
            onInput={({ currentTarget }) => {
              fill({ end: currentTarget.value });
            }}
          />
        </label>
      )}
      {asksDomain(offer) && (
        <label class="field">
          <span>
            Type <code>{plainText(status.domain, 300)}</code>, so that it is the right one
          </span>
          <input
            type="text"
            name="domain"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            value={filled.domain}
            onInput={({ currentTarget }) => {
              fill({ domain: currentTarget.value });
            }}
          />
        </label>
      )}
      <label class="field">
        <span>Why, for the journal</span>
        <input
          type="text"
          name="reason"
          maxLength={1000}
          autocomplete="off"
          value={filled.reason}
          onInput={({ currentTarget }) => {
            fill({ reason: currentTarget.value });
          }}
        />
      </label>
    </>
  );
}
