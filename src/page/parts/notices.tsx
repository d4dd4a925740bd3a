import { type ComponentChildren, type JSX } from 'preact';
import { sentence } from '../../view/words.ts';
import { type Status } from '../../view/status/status.ts';
import { clockText, timesHere, type Here } from '../model/moments.ts';
import { looks, type Look } from '../model/shape.ts';
import { plainText } from '../model/text.ts';
import { Command } from './answer.tsx';
import { Mark } from './mark.tsx';

interface Shown {
  readonly status: Status;
  readonly here: Here;
  /** By a share link: commands and hosts are not for them. */
  readonly shared: boolean;
}

const Notice = ({
  look,
  title,
  children,
}: {
  readonly look: Look;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element => (
  <section class={`notice notice-${look.tone}`}>
    <h2>
      <Mark {...look} />
      {title}
    </h2>
    {children}
  </section>
);

/** Nobody acts: whatever else the page says, nothing goes on. */
function NotRunning({ status, shared }: Shown): JSX.Element | null {
  if (status.controller?.running !== false) return null;
  return (
    <Notice look={looks.wrong} title="No controller runs it">
      <p>
        Nothing is written, checked or rolled back until one does. The zone stays as it is
        meanwhile, and what is told of resolvers gets old.
      </p>
      {!shared && <Command text={status.controller.command} />}
    </Notice>
  );
}

function Held({ status: { hold }, here, shared }: Shown): JSX.Element | null {
  if (hold === null) return null;
  return (
    <Notice
      look={{ shape: 'stop', tone: 'bad' }}
      title={`On hold since ${clockText(hold.since, here)}`}
    >
      <p class="notice-main">{plainText(timesHere(hold.sentence, here))}</p>
      <ul class="seen">
        {hold.seen.map(text => (
          <li key={text}>{plainText(text)}</li>
        ))}
      </ul>
      <h3>Ways out</h3>
      <ol class="ways">
        {hold.waysOut.map(({ act, command, does }) => (
          <li key={`${act} ${command ?? ''}`}>
            <strong>{act}</strong>: {plainText(does)}
            {!shared && <Command text={command} />}
          </li>
        ))}
      </ol>
    </Notice>
  );
}

const Paused = ({ status: { paused }, here }: Shown): JSX.Element | null =>
  paused === null ? null : (
    <Notice
      look={{ shape: 'pause', tone: 'old' }}
      title={`Paused since ${clockText(paused.since, here)}`}
    >
      <p class="notice-main">
        {paused.reason === null ? 'No reason was given.' : plainText(sentence(paused.reason))}
      </p>
      <p>Nothing is written until somebody resumes it; a rollback is possible all the same.</p>
    </Notice>
  );

const Troubles = ({ status: { trouble }, here }: Shown): JSX.Element | null =>
  trouble.length === 0 ? null : (
    <Notice look={looks.heed} title="Trouble">
      <ul class="seen">
        {trouble.map(({ effect, code, message, since }) => (
          <li key={effect}>
            <strong>{plainText(effect)}</strong> ({code}) since {clockText(since, here)}:{' '}
            {plainText(message)}
          </li>
        ))}
      </ul>
    </Notice>
  );

/** What a person should know of mail. */
const Advice = ({ status: { mail, next }, shared }: Shown): JSX.Element | null =>
  mail === null || mail.advice.length === 0 ? null : (
    <Notice look={{ shape: 'person', tone: 'bad' }} title="Mail needs a decision">
      <ul class="seen">
        {mail.advice.map(({ kind, what }) => (
          <li key={kind}>{plainText(sentence(what), 1200)}</li>
        ))}
      </ul>
      {!shared && next.command === null && <Command text={mail.back?.command ?? null} />}
    </Notice>
  );

/** Everything that must not be overlooked, the gravest first. */
export const Notices = (shown: Shown): JSX.Element => (
  <>
    <NotRunning {...shown} />
    <Held {...shown} />
    <Advice {...shown} />
    <Paused {...shown} />
    <Troubles {...shown} />
  </>
);
