import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, type Answer } from '../live/ask.ts';
import { plainText } from '../model/text.ts';
import { Modal } from './modal.tsx';

const hour = 3600;
const spans = [
  { seconds: 8 * hour, text: '8 hours' },
  { seconds: 24 * hour, text: 'a day' },
  { seconds: 7 * 24 * hour, text: 'a week' },
];

/** The link of an answer, on this server. */
function linkOf(answer: Answer): string | null {
  if (answer.is !== 'done') return null;
  const { path } = answer.body as { readonly path?: unknown };
  return typeof path === 'string' ? new URL(path, location.origin).href : null;
}

function Span({
  seconds,
  choose,
}: {
  readonly seconds: number;
  readonly choose: (seconds: number) => void;
}): JSX.Element {
  return (
    <label class="field">
      <span>It is good for</span>
      <select
        value={seconds}
        onChange={({ currentTarget }) => {
          choose(Number(currentTarget.value));
        }}
      >
        {spans.map(span => (
          <option value={span.seconds} key={span.seconds}>
            {span.text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Copy({ link }: { readonly link: string }): JSX.Element {
  const [said, setSaid] = useState('Copy');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid('Copied');
    } catch {
      // A browser may keep its clipboard to itself; the link stands in its field.
      setSaid('Copy it from the field');
    }
  };
  return (
    <button type="button" class="button button-main" onClick={() => void copy()}>
      {said}
    </button>
  );
}

/** Makes a link with which somebody sees this page and may do nothing. */
export function ShareDialog({
  cutover,
  onClose,
}: {
  readonly cutover: string;
  readonly onClose: () => void;
}): JSX.Element {
  const [seconds, setSeconds] = useState(24 * hour);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const link = answer === null ? null : linkOf(answer);
  const make = async (): Promise<void> => {
    const path = `/api/v1/cutovers/${encodeURIComponent(cutover)}/shares`;
    setAnswer(await ask({ method: 'POST', path, body: { expiresInSeconds: seconds } }));
  };
  return (
    <Modal title="Share this page" onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault();
          if (link === null) void make();
        }}
      >
        <p>
          Whoever has the link sees this cutover and may do nothing. It shows no names of tokens,
          providers or machines of yours.
        </p>
        {link === null && <Span seconds={seconds} choose={setSeconds} />}
        {answer?.is === 'problem' && (
          <p class="trouble" role="alert">
            <strong>{plainText(answer.title, 200)}.</strong>{' '}
            {plainText(answer.fix ?? answer.detail)}
          </p>
        )}
        {link !== null && (
          <label class="field">
            <span>The link; it is shown this once</span>
            <input type="text" name="link" readOnly value={link} />
          </label>
        )}
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
          {link === null ? (
            <button type="submit" class="button button-main">
              Make a link
            </button>
          ) : (
            <Copy link={link} />
          )}
        </div>
      </form>
    </Modal>
  );
}
