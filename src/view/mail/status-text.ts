import { below, labelled, margin } from '../labelled.ts';
import { hostDoes, takenText } from './text.ts';
import { type MailView, type OldHostView, type VantageView } from './status.ts';
import { type ClosedWhy } from '../../mail/closed.ts';
import { closedWhys } from './retire-text.ts';
import { type Status } from '../status/status.ts';
import { hang, shown, symbolsOf, whenText, wrap, type Look } from '../table.ts';
import { cells, labelRoom, more, type Block } from '../watch/rows.ts';
import { durationText, timeText } from '../words.ts';

/** Of many test messages the last tell. */
const TESTS_SHOWN = 3;

const at = (iso: string, look: Look): string => whenText(Date.parse(iso), look);

/** What one place sees, in a line; the words of a server where they say more than a yes. */
function vantageText(one: VantageView): string {
  const { name, own, hosts, accepted, sts, expiredCertificates, blind } = one;
  const seen = hosts.map(({ host, role, is, said }) => {
    const words = is === 'accepts' || said === '' ? '' : ` (${said})`;
    return `${host}${role === 'old' ? ' (old)' : ''} ${hostDoes[is]}${words}`;
  });
  const more = [
    ...(blind ? ['port 25 does not get out of there'] : []),
    ...(accepted === null ? [] : [`${accepted.number} of ${accepted.of} recipients accepted`]),
    ...(sts === 'breaks' ? ['the MTA-STS policy does not allow the new hosts'] : []),
    ...expiredCertificates.map(host => `the certificate of ${host} has expired`),
  ];
  return `from ${name}${own ? '' : ', as handed in'}: ${[...seen, ...more].join('; ')}`;
}

/** The share of all places' recipients that the new hosts take; null: nobody was asked for. */
function shareText({ vantages }: MailView): string | null {
  const all = vantages.flatMap(({ accepted }) => (accepted === null ? [] : [accepted]));
  const of = all.reduce((sum, one) => sum + one.of, 0);
  const number = all.reduce((sum, one) => sum + one.number, 0);
  return of === 0 ? null : `${Math.round((100 * number) / of)} % of the recipients asked for`;
}

/** Until when it goes back by itself, and what going back costs. */
function backTexts({ back, rolledBack }: MailView, look: Look): readonly string[] {
  if (rolledBack !== null) return [`rolled back by itself: ${rolledBack}`];
  if (back === null) return [];
  const { automaticUntil, costSeconds } = back;
  return [
    automaticUntil === null
      ? 'nothing is rolled back by itself any more'
      : `by itself until ${at(automaticUntil, look)}`,
    `costs a second propagation, up to ${durationText(costSeconds * 1000)}; mail that the new host took stays there`,
  ];
}

/** What no rollback heals is said where a rollback is thought of. */
const healsText = ({ back }: MailView): string | null =>
  back === null ? null : `a rollback heals nothing of: ${back.healsNothing.join('; ')}`;

/** The last test messages, and whether somebody has found them. */
function testTexts({ tests }: MailView, look: Look): readonly string[] {
  return tests.slice(-TESTS_SHOWN).map(({ token, at: sent, host, to, taken, said, arrived }) => {
    const unheard = 'nobody has said that it arrived (observe --arrived)';
    const outcome = `it ${takenText({ taken, said })}`;
    const open = taken ? unheard : said === '' ? `${outcome}; ${unheard}` : `${outcome} (${said})`;
    const end = arrived === null ? open : `it arrived, as was said ${at(arrived, look)}`;
    return `${token} to ${to} by ${host}, sent ${at(sent, look)}: ${end}`;
  });
}

/** Mail while a swap is out, and after it was taken back. */
export function mailLines({ mail, outcome }: Status, look: Look): readonly string[] {
  if (mail === null) return [];
  // Whoever finds in the morning that it went back asks why before anything else.
  if (outcome !== null)
    return mail.rolledBack === null
      ? []
      : labelled('went back', `by itself: ${mail.rolledBack}`, look);
  const { fail } = symbolsOf(look);
  const share = shareText(mail);
  const seen = mail.vantages.map(vantageText);
  const first = seen.length === 0 ? [] : labelled('mail', seen[0] ?? '', look);
  const [test, ...tests] = testTexts(mail, look);
  const back = backTexts(mail, look);
  // Whoever is told of trouble has the way back at hand, and what it would not mend.
  const troubled = mail.advice.length > 0;
  const command = troubled ? (mail.back?.command ?? null) : null;
  const heals = troubled ? healsText(mail) : null;
  return [
    ...first,
    ...seen.slice(1).flatMap(text => hang(margin, shown(text, look), look.width)),
    ...(share === null ? [] : hang(margin, `accepted: ${share}`, look.width)),
    ...mail.advice.flatMap(({ kind, what }) => below(fail, `${kind}: ${what}`, look)),
    ...(test === undefined ? [] : labelled('test', test, look)),
    ...tests.flatMap(text => hang(margin, shown(text, look), look.width)),
    ...(back.length === 0 ? [] : labelled('going back', back[0] ?? '', look)),
    ...back.slice(1).flatMap(text => hang(margin, shown(text, look), look.width)),
    ...(command === null ? [] : hang(margin, shown(command, look), look.width)),
    ...(heals === null ? [] : hang(margin, shown(heals, look), look.width)),
  ];
}

const verdicts = (goal: OldHostView['goal'], holds: boolean | null): string => {
  if (holds === null) return 'not proven';
  if (goal === 'forwards') return holds ? 'both sides take the test recipient' : 'not handed on';
  return holds ? 'refuses mail' : 'still accepts mail, and nobody will read it';
};

/** What is awaited of the old host, and what it answered. */
function oldHostTexts(old: OldHostView, look: Look): readonly { mark: string; text: string }[] {
  const { done, current, fail, unknown } = symbolsOf(look);
  const { asked, goal, terms } = old;
  if (asked === null)
    return terms.map(({ why, leftSeconds, until }) => ({
      mark: leftSeconds === 0 ? done : current,
      text:
        leftSeconds === 0
          ? why
          : `${why}: ${timeText(Date.parse(until), look.zone)}, in ${durationText(leftSeconds * 1000)}`,
    }));
  const mark = (holds: boolean | null): string => (holds === null ? unknown : holds ? done : fail);
  return [
    {
      mark: mark(asked.seen === null ? null : asked.holds),
      text:
        asked.seen === null
          ? 'not asked yet'
          : `${verdicts(goal, asked.holds)}, since ${at(asked.seen, look)}`,
    },
    ...asked.addresses.map(({ host, address, role, holds, why, recipient, said }) => ({
      mark: mark(holds),
      text: `${host} ${address}${role === 'new' ? ' (new)' : ''} ${closedWhys[why as ClosedWhy]}${recipient === null ? '' : ` for ${recipient}`}${said === '' ? '' : ` (${said})`}`,
    })),
    ...asked.unresolved.map(({ host, why }) => ({ mark: unknown, text: `${host}: ${why}` })),
  ];
}

/** The end of the old host, from the last sweep on. */
export function oldHostLines(status: Status, look: Look): readonly string[] {
  const { oldHost: old, outcome } = status;
  if (old === null || outcome !== null) return [];
  const title = labelled('old host', old.hosts.join(', '), look);
  return [
    ...title,
    ...oldHostTexts(old, look).flatMap(({ mark, text }) => below(mark, text, look)),
  ];
}

/** The same on the screen of a watch, where advice stays when there is little room. */
export function mailBlocks({ mail, oldHost, outcome }: Status, look: Look): readonly Block[] {
  if (outcome !== null) return [];
  const room = labelRoom(look);
  const lines = (texts: readonly string[]) => texts.flatMap(text => wrap(shown(text, look), room));
  const block = (rank: number, rows: Block['rows']): readonly Block[] =>
    rows.length === 0 ? [] : [{ rank, least: 1, rows, cut: more(look) }];
  const seen = mail === null ? [] : mail.vantages.map(vantageText);
  const back = mail === null ? [] : backTexts(mail, look);
  const old =
    oldHost === null ? [] : oldHostTexts(oldHost, look).map(({ mark, text }) => `${mark} ${text}`);
  const advice = (mail?.advice ?? []).map(({ kind, what }) => `${kind}: ${what}`);
  return [
    ...block(8.3, cells('advice', lines(advice), { ...look, colour: look.paint.red })),
    ...block(5.5, cells('mail', lines(seen), look)),
    ...block(3, cells('going back', lines(back.slice(0, 1)), look)),
    ...block(5.2, cells('old host', lines(old), look)),
  ];
}
