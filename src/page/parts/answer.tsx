import { type JSX } from 'preact';
import { sentence } from '../../view/words.ts';
import { type Status } from '../../view/status/status.ts';
import { answerOf, capital, whenText, type Answer } from '../model/answer.ts';
import { clockText, countdownText, type Here } from '../model/moments.ts';
import { plainText, unbroken } from '../model/text.ts';
import { Mark } from './mark.tsx';

/** A command that can be pasted; not for who may only look. */
export const Command = ({ text }: { readonly text: string | null }): JSX.Element | null =>
  text === null ? null : <code class="command">{plainText(text, 600)}</code>;

/** Where it is, how far, when done, who acts next and whether it is safe to go back: one sentence. */
const Sentence = ({
  answer,
  here,
}: {
  readonly answer: Answer;
  readonly here: Here;
}): JSX.Element => (
  <p class="answer-sentence">
    <strong class={`answer-word tone-${answer.standing.tone}`}>
      <Mark {...answer.standing} />
      {answer.standing.word}:
    </strong>{' '}
    {answer.held !== null && <span class="answer-trouble">{answer.held}. </span>}
    {answer.trouble !== null && <span class="answer-trouble">{answer.trouble}. </span>}
    {unbroken(answer.held === null && answer.trouble === null ? answer.far : capital(answer.far))}
    {answer.when !== null && `; ${unbroken(whenText(answer.when, here))}`}.{' '}
    {answer.trouble === null && answer.next.who !== 'nobody' && `${answer.next.words}. `}
    <span class={`answer-back tone-${answer.back.tone}`}>{answer.back.sentence}.</span>
  </p>
);

/** Said beside every share, since it looks so exact. */
const proxy = 'a proxy, by estimated weights';

function HowFar({ percent, target }: Pick<Answer, 'percent' | 'target'>): JSX.Element | null {
  if (percent === null || target === null) return null;
  return (
    <div class="far">
      <p class="far-number" aria-hidden="true">
        {percent}
        <span class="far-unit"> %</span>
      </p>
      <progress class="far-bar" max={100} value={percent} aria-label={`${percent} % are new`} />
      <p class="far-target quiet">
        of {target} % waited for; {proxy}
      </p>
    </div>
  );
}

function When({ answer, here }: { readonly answer: Answer; readonly here: Here }): JSX.Element {
  const { when, next } = answer;
  const waits = next.who === 'person' || next.who === 'orchestrator';
  const unknown = waits ? 'as soon as somebody has acted' : 'not known yet';
  const left = when?.iso == null ? null : Date.parse(when.iso) - here.now;
  return (
    <div class="fact">
      <dt>When</dt>
      <dd>
        {when?.iso == null ? (
          <span class="fact-main">{sentence(when?.what ?? unknown)}</span>
        ) : (
          <>
            <span class="fact-main">
              <time dateTime={when.iso}>{clockText(when.iso, here)}</time>
              {left !== null && left > 0 && (
                <span class="fact-count">in {countdownText(left)}</span>
              )}
            </span>
            <span class="quiet">{sentence(when.what)}</span>
          </>
        )}
        {when?.because.map(why => (
          <span class="quiet" key={why}>
            {plainText(why)}
          </span>
        ))}
      </dd>
    </div>
  );
}

const Next = ({
  next,
  shared,
}: {
  readonly next: Answer['next'];
  readonly shared: boolean;
}): JSX.Element => (
  <div class={`fact fact-${next.who}`}>
    <dt>Next</dt>
    <dd>
      <span class="fact-main">{next.words}</span>
      <span class="fact-what quiet">{plainText(next.what)}</span>
      {!shared && <Command text={next.command} />}
    </dd>
  </div>
);

const Back = ({ back }: { readonly back: Answer['back'] }): JSX.Element => (
  <div class="fact">
    <dt>Going back</dt>
    <dd>
      <span class={`fact-main tone-${back.tone}`}>
        <Mark shape={back.shape} tone={back.tone} />
        {back.sentence}
      </span>
      {back.why.map(why => (
        <span class="quiet" key={why}>
          {plainText(why)}
        </span>
      ))}
      {back.healsNot.length > 0 && (
        <details class="quiet">
          <summary>What it does not heal</summary>
          <ul class="seen">
            {back.healsNot.map(text => (
              <li key={text}>{plainText(text)}</li>
            ))}
          </ul>
        </details>
      )}
    </dd>
  </div>
);

/** The first thing that is read, from across the room. */
export function AnswerBlock({
  status,
  here,
  shared,
}: {
  readonly status: Status;
  readonly here: Here;
  readonly shared: boolean;
}): JSX.Element {
  const answer = answerOf(status, here);
  return (
    <section class={`answer answer-${answer.standing.tone}`} aria-label="Where it stands">
      <div class="answer-head">
        <Sentence answer={answer} here={here} />
        <HowFar percent={answer.percent} target={answer.target} />
      </div>
      <dl class="facts">
        <When answer={answer} here={here} />
        <Next next={answer.next} shared={shared} />
        <Back back={answer.back} />
      </dl>
    </section>
  );
}
