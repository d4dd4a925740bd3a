import { type JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type EventView } from '../../view/events.ts';
import { type OfferView } from '../../view/status/offers.ts';
import { type Status } from '../../view/status/status.ts';
import { ask, type Answer } from '../live/ask.ts';
import { plainText } from '../model/text.ts';
import { Diff } from './diff.tsx';
import { Fields } from './fields.tsx';
import { asksDomain, isGrave, offerTitle } from './labels.ts';
import { Modal } from './modal.tsx';
import { freshKey, missingIn, nothingFilled, orderOf, type Filled } from './order.ts';
import { sentence } from '../../view/words.ts';

/** What somebody looked at when they decided; it does not change under their hands. */
export interface Looked {
  readonly offer: OfferView;
  readonly status: Status;
  readonly seq: number;
}

interface DialogProps {
  readonly looked: Looked;
  /** Lines of the journal that came since. */
  readonly since: readonly EventView[];
  /** Looks at how it stands now; null: the act is not possible any more. */
  readonly lookAgain: () => boolean;
  readonly onClose: () => void;
  readonly onDone: (said: string) => void;
}

type Problem = Extract<Answer, { readonly is: 'problem' }>;

const stale = 412;

const Since = ({ lines }: { readonly lines: readonly EventView[] }): JSX.Element | null =>
  lines.length === 0 ? null : (
    <>
      <p>Since you looked:</p>
      <ul>
        {lines.slice(-5).map(({ id, text }) => (
          <li key={id}>{plainText(text, 200)}</li>
        ))}
      </ul>
    </>
  );

/** What went wrong, and what helps. */
const Trouble = ({
  problem,
  since,
  again,
}: {
  readonly problem: Problem;
  readonly since: readonly EventView[];
  readonly again: () => void;
}): JSX.Element => (
  <div class="trouble" role="alert">
    <p>
      <strong>{plainText(problem.title, 200)}.</strong> {plainText(sentence(problem.detail))}
    </p>
    {problem.fix !== null && <p>{plainText(problem.fix)}</p>}
    {problem.status === stale && (
      <>
        <Since lines={since} />
        <button type="button" class="button" onClick={again}>
          Look again
        </button>
      </>
    )}
  </div>
);

interface Sending {
  readonly busy: boolean;
  readonly problem: Problem | null;
}

/** Shows what would come of it, asks what has to be asked, and sends it. */
export function ActDialog(props: DialogProps): JSX.Element {
  const { looked, since, lookAgain, onClose, onDone } = props;
  const { offer, status, seq } = looked;
  const [filled, setFilled] = useState<Filled>(nothingFilled);
  const [{ busy, problem }, setSending] = useState<Sending>({ busy: false, problem: null });
  // What nobody answered is asked again under its key; what was answered is another request.
  const key = useRef(freshKey());
  const missing = missingIn(offer, filled, {
    domain: status.domain,
    asksDomain: asksDomain(offer),
  });

  const fill = (change: Partial<Filled>): void => {
    key.current = freshKey();
    setFilled({ ...filled, ...change });
  };
  const send = async (): Promise<void> => {
    setSending({ busy: true, problem: null });
    const answer = await ask(orderOf({ cutover: status.id, seq, key: key.current }, offer, filled));
    if (answer.is === 'done') {
      onDone(`${offerTitle(offer)}: the server has it`);
      return;
    }
    if (answer.status !== 0) key.current = freshKey();
    setSending({ busy: false, problem: answer });
  };
  const again = (): void => {
    if (!lookAgain()) {
      onDone(`${offerTitle(offer)} is not possible any more`);
      return;
    }
    key.current = freshKey();
    setSending({ busy: false, problem: null });
  };
  return (
    <Modal title={offerTitle(offer)} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (missing === null && !busy) void send();
        }}
      >
        <p>This {plainText(offer.does)}.</p>
        <Diff writes={offer.writes} />
        <Fields offer={offer} status={status} filled={filled} fill={fill} />
        {problem !== null && <Trouble problem={problem} since={since} again={again} />}
        <p class="missing" id="dialog-missing">
          {missing}
        </p>
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            class={`button button-main${isGrave(offer) ? ' button-danger' : ''}`}
            aria-disabled={missing !== null || busy}
            aria-describedby="dialog-missing"
          >
            {offerTitle(offer)}
          </button>
        </div>
      </form>
    </Modal>
  );
}
