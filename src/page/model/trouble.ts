import { type MailTrouble } from '../../view/mail/trouble.ts';
import { clockText, type Here } from './moments.ts';
import { type Look } from './shape.ts';
import { plainText } from './text.ts';

/** The word for it; what may pass by itself is less than what lasts. */
export const troubleWord = ({ is, lasts }: MailTrouble): Look & { readonly word: string } => ({
  word: is === 'refused' ? 'Mail is refused' : 'The new host is down',
  shape: 'fail',
  tone: lasts ? 'bad' : 'old',
});

/** Three names are enough to know whom to call. */
function named(hosts: readonly string[]): string {
  const [one = 'the new host', two, ...more] = hosts.map(host => plainText(host, 260));
  if (two === undefined) return one;
  return more.length === 0 ? `${one} and ${two}` : `${one}, ${two} and ${String(more.length)} more`;
}

function follows({ lasts, backAt }: MailTrouble, here: Here): string {
  if (lasts) return 'a person has to decide';
  return backAt === null
    ? 'if that lasts, a person has to decide'
    : `if that lasts until ${clockText(backAt, here)}, it is rolled back by itself`;
}

/** Who takes no mail, since when, and what follows: a sentence without its end. */
export function troubleText(trouble: MailTrouble, here: Here): string {
  const { is, hosts, since } = trouble;
  const many = hosts.length > 1;
  const does = is === 'down' ? 'cannot be reached' : `${many ? 'refuse' : 'refuses'} mail`;
  const from = since === null ? '' : ` since ${clockText(since, here)}`;
  const takes = `${named(hosts)} ${does}${from}`;
  return `${takes}; ${follows(trouble, here)}`;
}
