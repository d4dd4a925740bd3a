import { type Next } from '../next.ts';
import { missingStart } from '../runner.ts';
import { stageText, stateOf, whoWords } from '../status/text.ts';
import { type Status } from '../status/status.ts';
import { hang, shown, type Look } from '../table.ts';
import { timeText } from '../words.ts';
import { outlookTexts, shareText } from '../world/text.ts';

/**
 * What has to differ before somebody who follows is told anew: everything that was decided or heard, and no
 * countdown.
 */
export function changeOf({ seq, owner, controller, propagation }: Status): string {
  const caches = propagation?.resolvers ?? null;
  if (caches === null) return JSON.stringify([seq, owner, controller?.pid]);
  const { share, counts, unasked, stragglers } = caches;
  const lags = stragglers.map(({ id, verdict, cause, explained }) => [
    id,
    verdict,
    cause,
    explained,
  ]);
  return JSON.stringify([seq, owner, controller?.pid, share, counts, unasked, lags]);
}

const line = (text: string, look: Look): string =>
  hang(`${timeText(look.now, look.zone)}  `, shown(text, look), look.width).join('\n');

/** Where it stands and who is next, in one line of a log. */
export function standText(status: Status, look: Look): string {
  const { next, outcome } = status;
  const { word } = stateOf(status);
  const where = outcome === null ? ` in stage ${stageText(status)}` : '';
  const who = next.who === 'nobody' ? '. ' : `; ${whoWords[next.who]}: `;
  const command = next.command === null ? '' : ` (${next.command})`;
  return line(`${status.id} ${word}${where}${who}${next.what}${command}`, look);
}

/** That somebody is waited for: what to type in one piece, and below it why. */
export function waitText({ what, command }: Next, look: Look): string {
  const lead = 'waits for you: ';
  if (command === null) return hang(lead, shown(what, look), look.width).join('\n');
  return [
    `${look.paint.yellow(lead)}${look.paint.cyan(shown(command, look))}`,
    ...hang('  ', shown(what, look), look.width),
  ].join('\n');
}

/** That the process which ran it is gone, in one line of a log; null where none is missing. */
export function missingLine(status: Status, look: Look): string | null {
  const command = missingStart(status);
  return command === null ? null : line(`no controller runs ${status.id}: ${command}`, look);
}

/** What the resolvers say, in one line of a log; null where they were not heard. */
export function worldLine({ propagation }: Status, look: Look): string | null {
  const caches = propagation?.resolvers ?? null;
  if (caches === null) return null;
  const outlook = outlookTexts(caches, look).join('; ');
  return line(`resolvers: ${shareText(caches)}${outlook === '' ? '' : `; ${outlook}`}`, look);
}

/** The same without its countdowns: told anew when it differs. */
export const worldChange = ({ propagation }: Status): string => {
  const caches = propagation?.resolvers ?? null;
  return caches === null ? '' : shareText(caches);
};
