import { type EventView } from '../view/events.ts';
import { brief, printable } from '../view/words.ts';
import { type Shape } from './notifier.ts';

/** What a receiver is told, before it has a shape. */
export interface Told {
  /** `<epoch>-<n>`, or what stands for it in a test. */
  readonly id: string;
  readonly type: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  /** One sentence; parts of it may come from strangers. */
  readonly text: string;
  /** Null for a test. */
  readonly event: EventView | null;
}

/** A message in a chat; no tool takes more than some thousands. */
const chatCharacters = 1500;

/** Text that may come from strangers, on one line, without anything invisible. */
const plain = (text: string): string => brief(printable(text), chatCharacters);

/** The head of a message, and who and when below it. */
function message({ event, text, time }: Told): { readonly head: string; readonly foot: string } {
  if (event === null) return { head: plain(text), foot: time };
  const { cutover, seq, actor } = event;
  return {
    head: plain(`${cutover.replace(/\.\d+$/, '')}: ${text}`),
    foot: plain(`${cutover} #${seq} · ${time} · ${actor.name}`),
  };
}

/**
 * Text that means nothing to Slack. Mentions, links and dates all begin with `<`, which its documents ask to
 * write as an entity (docs.slack.dev/messaging/formatting-message-text, Escaping text); a word that would
 * call a whole channel is broken in two, for tools that take what Slack takes and link names by themselves.
 */
const forSlack = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/@(?=channel|here|everyone|all|group)/gi, '@\u200b');

/** A message with a longer text is refused as a whole (docs.slack.dev/reference/block-kit/composition-objects/text-object). */
const slackCharacters = 3000;

/** Escaped, a sign of a stranger's text is up to five. */
function slackText(said: string): string {
  const whole = forSlack(said);
  return whole.length > slackCharacters ? forSlack(brief(said, slackCharacters / 6)) : whole;
}

/** An incoming webhook's message; text of the type `plain_text` has no mark-up. */
function slack(told: Told): unknown {
  const { head, foot } = message(told);
  const text = (said: string) => ({ type: 'plain_text', text: slackText(said), emoji: false });
  return {
    text: slackText(head),
    blocks: [
      { type: 'section', text: text(head) },
      { type: 'context', elements: [text(foot)] },
    ],
    ...{ mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false },
  };
}

/** Mentions are `<at>…</at>` to Teams, and other tags mean something to some of its clients. */
const forTeams = (text: string): string =>
  text
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replaceAll(/@(?=channel|here|everyone|all|group|team)/gi, '@\u200b');

/**
 * An Adaptive Card as a workflow of Teams takes it. A TextRun has no Markdown, which a TextBlock has
 * (adaptivecards.io/explorer/TextRun.html); no `msteams.entities`, so that nobody is mentioned.
 */
function teams(told: Told): unknown {
  const { head, foot } = message(told);
  const run = (text: string, look: object) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: forTeams(text), ...look }],
  });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    ...{ type: 'AdaptiveCard', version: '1.4' },
    body: [run(head, { weight: 'Bolder' }), run(foot, { isSubtle: true, size: 'Small' })],
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { type: 'message', attachments: [{ contentType, contentUrl: null, content }] };
}

/** The event as the API gives it, with the fields that Standard Webhooks asks for: type, timestamp, data. */
const whole = ({ id, type, time, text, event }: Told): unknown => ({
  ...(event ?? { id, type, time, data: {} }),
  ...{ timestamp: time, text: printable(text) },
});

const makers: Readonly<Record<Shape, (told: Told) => unknown>> = { event: whole, slack, teams };

/** What is sent, as JSON. */
export const bodyOf = (shape: Shape, told: Told): string => JSON.stringify(makers[shape](told));
