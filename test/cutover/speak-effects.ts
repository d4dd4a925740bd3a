import { type Effect } from '../../src/cutover/effect.ts';
import { type Watch } from '../../src/cutover/news.ts';
import { probeText } from './speak-mail.ts';
import { clockText, keyWords } from './speak.ts';

const setText = (rdata: readonly string[]): string =>
  rdata.length === 0 ? 'nothing' : rdata.join(' | ');

function watchText({ key: of, mode, new: aim, firstSentAt, authorityNewSince }: Watch): string {
  const what = keyWords(`${of.name} ${of.type}`);
  if (mode === 'baseline' || aim === null) return `baseline of ${what}`;
  const sent = firstSentAt === null ? '' : `, sent ${clockText(firstSentAt.wall)}`;
  const since = authorityNewSince === null ? 'never' : clockText(authorityNewSince.wall);
  return `watch ${what} for ${setText(aim)} (served since ${since}${sent})`;
}

/** What ought to be running, in words. */
export function effectText(effect: Effect): string {
  switch (effect.do) {
    case 'survey':
      return 'survey';
    case 'observe':
      return `observe every ${String(effect.everyMs / 1000)} s`;
    case 'write':
      return `${effect.send ? 'send' : 'read back'} ${effect.intent.id}`;
    case 'sync':
      return `ask whether the provider's servers have it`;
    case 'check':
      return `check every ${String(effect.everyMs / 1000)} s`;
    case 'watch':
      return watchText(effect.watch);
    case 'canary':
      return 'measure with the canary';
    case 'retire':
      return `ask ${effect.old.join(' ')} whether it ${effect.goal}`;
    case 'probe':
      return probeText(effect);
    case 'wake':
      return `wake ${clockText(effect.at)}`;
  }
}
