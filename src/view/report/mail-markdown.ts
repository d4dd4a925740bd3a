import { code, escaped, section, when, type Times } from '../markdown.ts';
import { type MailReport, type Side } from './mail.ts';
import { dataText } from '../names.ts';

/** More lines than this make a report that nobody reads; the journal has them all. */
const most = 40;

const side = ({ hosts, provider }: Side): string =>
  `${hosts.map(host => code(dataText(host))).join(', ') || 'nothing'}${provider === null ? '' : ` (${escaped(provider)})`}`;

function timed(
  rows: readonly { readonly at: string; readonly what: string }[],
  times: Times,
): readonly string[] {
  const shown = rows.slice(-most);
  const rest = rows.length - shown.length;
  return [
    ...(rest > 0 ? [`- ${rest} more before that: see events`] : []),
    ...shown.map(({ at, what }) => `- ${when(at, times)} ${escaped(what)}`),
  ];
}

function summary(mail: MailReport, times: Times): readonly string[] {
  const { sweep, rolledBack, asked } = mail;
  return [
    `- from ${side(mail.from)}`,
    `- to ${side(mail.to)}`,
    ...(asked ? [] : ['- no mail host was asked (checks.smtp): nothing is known of them here']),
    sweep === null
      ? '- the last sweep of the old host was not confirmed'
      : `- the last sweep was confirmed ${when(sweep.at, times)} by ${escaped(sweep.by)}${sweep.reason === null ? '' : `: ${escaped(sweep.reason)}`}`,
    ...(rolledBack === null ? [] : [`- rolled back by itself: ${escaped(rolledBack)}`]),
  ];
}

const goals = { refuses: 'is to refuse mail', forwards: 'is to forward mail', stays: 'stays' };

function oldHost({ oldHost: old }: MailReport, times: Times): readonly string[] {
  if (old === null) return [];
  return [
    `- it ${goals[old.goal]}: ${old.state}${old.why === null ? '' : ` (${escaped(old.why)})`}`,
    ...timed(old.looks, times),
  ];
}

/** What became of mail, in sections of the report. */
export function mailSections(mail: MailReport | null, times: Times): readonly string[] {
  if (mail === null) return [];
  const advice = mail.advice.map(({ at, what, until }) => ({
    at,
    what: `${what} ${until === null ? '(to the end)' : `(until ${when(until, times)})`}`,
  }));
  return [
    ...section('Mail', summary(mail, times)),
    ...section('What mail hosts answered', timed(mail.probes, times)),
    ...section('What somebody counted', timed(mail.observed, times)),
    ...section('What a person was told of mail', timed(advice, times)),
    ...section('The old host', oldHost(mail, times)),
  ];
}

/** What remains to be done by hand, and from when on. */
export const byHandSection = (mail: MailReport | null, times: Times): readonly string[] =>
  section(
    'What remains to do by hand',
    (mail?.byHand ?? []).map(
      ({ from, what }) =>
        `- ${from === null ? '' : `from ${when(from, times)} on: `}${escaped(what)}`,
    ),
  );
