import { type LineBody } from '../../cutover/lines.ts';
import { type AdviceKind, type Because } from '../../cutover/mail/seen.ts';
import { type HostIs, type HostSeen } from '../../cutover/mail/round.ts';
import { displayName } from '../../dns/name.ts';
import { count, durationText } from '../words.ts';

type DataOf = { [Body in LineBody as Body['type']]: Body['data'] };

/** What a host does with mail for the domain, after its name. */
export const hostDoes: Record<HostIs, string> = {
  accepts: 'accepts',
  greylists: 'greylists, which passes',
  defers: 'defers (4xx)',
  refuses: 'refuses the domain',
  partly: 'refuses the domain at some of its addresses',
  down: 'takes no mail',
  bounces: 'refuses for another reason',
  'cannot-tell': 'could not be tested',
};

/** Its name, and what it does with mail. */
export const hostText = ({ host, is, said }: HostSeen): string => {
  const quiet = is === 'accepts' || said === '';
  return `${displayName(host)} ${hostDoes[is]}${quiet ? '' : ` (${said})`}`;
};

/** Why something is left to a person, as a sentence; null: it never happens by itself. */
const becauses: Record<NonNullable<Because>, string> = {
  'not-proven':
    'It is not rolled back by itself: one place cannot prove that it can judge. It would have to see the old host accept and reach a third host in the same round (checks.smtp.witnesses), or another place would have to see the same (observe --probe).',
  contradicted:
    'It is not rolled back by itself: another place sees the new host take mail, so that it may be this place that is refused.',
  'old-host':
    'It is not rolled back by itself: the old host does not take mail for the domain any more, and a rollback would lead there.',
  off: 'It is not rolled back by itself: rollback.automatic is never.',
  once: 'It is not rolled back by itself a second time in one run.',
  paused: 'It is not rolled back by itself while the cutover is paused.',
  held: 'It is not rolled back by itself while a person must decide.',
  late: 'It is not rolled back by itself any more: rollback.automatic is over.',
  swept:
    'It is not rolled back by itself any more: the old host was swept for the last time (mail-swept).',
  writing: 'It is not rolled back by itself while a write is open.',
};

/** What a person can do who is told so. A rollback costs a second propagation: not all of it is worth that. */
const remedies: Record<AdviceKind, string> = {
  'new-host-down': 'Mend the new host, or roll back.',
  'acceptance-lost': 'Provision the domain at the new host again, or roll back.',
  refusals: 'Ask the new host why it refuses; roll back if it cannot be mended soon.',
  'policy-breaks':
    'Publish a policy that names old and new hosts, then a new id (RFC 8461 5.1): deferred mail arrives then. A rollback takes longer.',
  'dane-breaks':
    'Publish the TLSA of the key that is presented: deferred mail arrives then. A rollback takes longer.',
  'certificate-expired': 'Renew it: that is quicker than a rollback.',
  'recipients-missing': 'Create them at the new host: a rollback heals no single mailbox.',
  'coexistence-broken':
    'Mend the hand-over between both sides: a rollback changes nothing, since mail comes to either.',
  'refuses-at-times':
    'Have the domain provisioned on all of its machines; roll back if that takes long: each of these refusals bounces.',
  deferrals: 'Senders try again by themselves; roll back if it lasts.',
  bounces: 'Read what they say: roll back if the new host is the cause.',
  'few-accepted': 'See where mail goes instead: roll back if the new host is the cause.',
  'cannot-test': 'Probe from another place, and hand its result in: observe --probe.',
};

/** What a person is told, with what can be done. */
export const adviceText = (kind: AdviceKind, why: string, because: Because): string =>
  [`${why}.`, ...(because === null ? [] : [becauses[because]]), remedies[kind]].join(' ');

/** Where no answer came, the message may be delivered all the same (RFC 1047). */
export function takenText({ taken, said }: { readonly taken: boolean; readonly said: string }) {
  if (taken) return 'was taken';
  return said === '' ? 'got no answer, and may have been taken' : 'was not taken';
}

export const mailSentences = {
  'mail.judged': ({ vantage, round }: DataOf['mail.judged']): string => {
    const asked = [...round.taking, ...round.former].map(hostText).join('; ');
    const { asked: all, accepted } = round.sample;
    const sample = all === 0 ? '' : `; ${accepted} of ${count(all, 'recipient')} accepted`;
    const sts = round.sts === 'breaks' ? '; the MTA-STS policy does not allow the new hosts' : '';
    return `mail hosts seen from ${vantage}: ${asked}${sample}${sts}`;
  },
  'mail.observed': ({ what, reason }: DataOf['mail.observed']): string => {
    const why = reason === null ? '' : `: ${reason}`;
    if (what.is === 'sent') {
      const { token, to, host, address, taken, said } = what;
      const words = takenText({ taken, said });
      const answer = said === '' ? '' : `: ${said}`;
      return `the test message ${token} ${words} for ${to} by ${displayName(host)} (${address})${answer}${why}`;
    }
    if (what.is === 'arrived') return `the test message ${what.token} arrived${why}`;
    const time = durationText(what.seconds * 1000);
    const said = what.is === 'bounces' ? count(what.count, 'bounce') : `${what.count} accepted`;
    return `reported: ${said} within ${time}${why}`;
  },
  'mail.advice': ({ kind, why, because }: DataOf['mail.advice']): string =>
    `${kind}: ${adviceText(kind, why, because)}`,
  'mail.advice-over': ({ kind }: DataOf['mail.advice-over']): string => `${kind}: that is over`,
};
