import { type MailReply } from './conversation.ts';
import { type Reception } from './probe.ts';

/** One kind of refusal: whoever matches first decides. */
interface Sign {
  readonly means: Reception;
  /** Tells by the reply; `text` is all of it in lower case on one line, enhanced code included. */
  readonly shows: (reply: MailReply, text: string) => boolean;
}

const isTemporary = ({ code }: MailReply): boolean => code < 500;
const has =
  (...codes: readonly string[]) =>
  ({ enhanced }: MailReply): boolean =>
    enhanced !== null && codes.includes(enhanced);
const says =
  (pattern: RegExp) =>
  (_: MailReply, text: string): boolean =>
    pattern.test(text);

/**
 * Refusals of who asks rather than of what was asked for: block lists, missing reverse names, reputation.
 * Exchange Online bans senders with 5.7.606 to 5.7.649, and with 5.7.511
 * (learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online).
 */
const blocked =
  /\b(?:banned send|(?:black|block|deny)[ -]?list|dnsbl|rbl\b|spamhaus|spamcop|barracudacentral|uceprotect|abusix|sorbs|reputation|client (?:host )?(?:\[?[^ ]*\]? )?(?:blocked|rejected)|sender ip|(?:your|the sending|connecting) (?:ip|host|server|network|mail server)\b.*\b(?:block|banned|denied|listed|reject|not allowed|refused)|reverse (?:dns|host ?name|lookup)|\bptr\b|cannot find your (?:reverse )?host ?name|helo command rejected|(?:invalid|bad|forged|fake|illegal) (?:helo|ehlo)\b|\b(?:helo|ehlo)\b.*\b(?:invalid|rejected|refused|denied|fully|fake|forged|not acceptable)|dynamic ip|dial-?up|too many connections from \[?(?:your|\d)|\b(?:is|are) listed (?:at|by|in|on) |\bip=[\da-f.:]+ - |the ip you['’]re using|your access to (?:submit messages to )?this (?:e-?mail|mail) system has been rejected|go away)/;

const bannedByExchange = ({ enhanced }: MailReply): boolean => {
  const detail = Number(/^5\.7\.(\d{3})$/.exec(enhanced ?? '')?.[1] ?? 0);
  return detail === 511 || (detail >= 606 && detail <= 649);
};

/** The words with which the common servers refuse mail for a domain that they do not serve. */
const foreignDomain =
  /relay(?:ing)? (?:access )?(?:to <?[^ ]*>? )?(?:is )?(?:denied|not permitted|not allowed|disallowed|prohibited|rejected|refused)|unable to relay|(?:do|does|will|can) ?not relay|cannot relay|not permitted to relay|non-accepted domain|(?:does ?n[o']t|do not) accept (?:e?-?mail|messages) for (?!(?:the |this |that )?(?:user|recipient|mailbox|address|account))|domain (?:is ?n[o']t|not|is not) (?:\w+ )?(?:hosted|provisioned|accepted|local|found|served|configured|in my list)|list of allowed rcpthosts|not (?:a )?(?:local|hosted) domain|no such domain|unrouteable domain|mail for .* is not accepted here/;

const unknownRecipient =
  /(?:user|recipient|mailbox|address|account|addressee)(?: name)?(?: <?[^ ]*>?)? (?:is )?(?:unknown|not found|does ?n[o']t exist|not exist|invalid|not known|not valid|not recogni[sz]ed)|(?:unknown|invalid|no such|nonexistent|non-existent) (?:user|recipient|mailbox|address|account|person|local)|account that you tried to reach does not exist|no mailbox (?:here|by that name)|not a valid (?:mailbox|recipient|user)|(?:does ?n[o']t|do not) have an? (?:\S+ )?account/;

/** The null sender is refused, or what is made of it: those whom the domain writes to are not meant. */
const aboutSender =
  /\bsender (?:address )?(?:is )?(?:rejected|refused|denied|invalid|not accepted)|(?:null|empty) (?:envelope )?(?:sender|reverse[- ]path|return[- ]path|from)|(?:bounce|dsn)s? (?:messages? )?(?:is |are )?not (?:accepted|allowed)|sender verif(?:y|ication)|(?:invalid|bad) sender/;

const greylisted = /gr[ea]y[ -]?list|postgrey|gr[ea]ylst/;

/**
 * What a refusal means. Order matters, and the code alone is never enough: 5.4.1 stands for an unknown
 * domain and for an unknown recipient, 451 4.4.62 never passes by itself, and 550 carries 4.4.4. The
 * texts of Microsoft 365 are those of its non-delivery reports, Postfix's those of postconf(5).
 */
const signs: readonly Sign[] = [
  { means: 'blocks-us', shows: reply => bannedByExchange(reply) },
  // A partner connector takes mail from the gateway's addresses or certificate only.
  { means: 'locked-to-gateway', shows: has('5.7.51') },
  { means: 'locked-to-gateway', shows: says(/tenantinboundattribution/) },
  { means: 'wrong-region', shows: says(/\battr35\b|\b4\.4\.62\b|wrong office 365 region/) },
  // ATTR5, and not ATTR55, which passes.
  { means: 'no-licence', shows: says(/\battr5\b(?!\.)|no mail-enabled subscription/) },
  { means: 'loops', shows: has('5.4.6', '5.4.14', '4.4.6') },
  {
    means: 'loops',
    shows: says(/too many hops|hop count exceeded|(?:routing|mail) loop|loops back to/),
  },
  {
    means: 'needs-tls',
    shows: says(
      /must issue a? ?starttls|starttls (?:is )?required|tls (?:is )?(?:required|needed)|encryption (?:is )?(?:required|needed)/,
    ),
  },
  // A greylisting host may name a list in its address: the word that says so counts for more.
  {
    means: 'greylists',
    shows: (reply, text) => isTemporary(reply) && greylisted.test(text),
  },
  { means: 'blocks-us', shows: says(blocked) },
  // Postfix may say so with 454 (defer_unauth_destination), and goes on saying it.
  { means: 'not-provisioned', shows: says(/relay access denied/) },
  {
    means: 'greylists',
    shows: reply => [450, 451].includes(reply.code) && has('4.2.0', '4.7.1')(reply),
  },
  // A mailbox that is full exists, and may be emptied.
  { means: 'defers', shows: has('4.2.2', '5.2.2') },
  { means: 'defers', shows: isTemporary },
  // A host, or a domain by its null MX, that takes no mail at all (RFC 7504 4, RFC 7505 4.1), with codes that
  // others give for a single recipient.
  { means: 'refuses', shows: ({ code }) => code === 521 || code === 556 },
  {
    means: 'cannot-tell',
    shows: has('5.1.7', '5.1.8', '5.7.20', '5.7.23', '5.7.24', '5.7.26', '5.7.27'),
  },
  { means: 'blocks-us', shows: has('5.7.25') },
  { means: 'not-provisioned', shows: has('5.7.64', '5.7.54') },
  { means: 'cannot-tell', shows: says(aboutSender) },
  { means: 'not-provisioned', shows: says(foreignDomain) },
  // "5.4.1 Recipient address rejected: Access denied": the directory of a known domain does not have it.
  {
    means: 'unknown-recipient',
    shows: (reply, text) =>
      has('5.1.1', '5.1.10', '5.1.6', '5.2.1')(reply) ||
      (has('5.4.1')(reply) && text.includes('recipient address rejected')),
  },
  { means: 'unknown-recipient', shows: says(unknownRecipient) },
  // Syntax and order of commands: host and client do not get on, and the domain has no part in it.
  { means: 'cannot-tell', shows: ({ code }) => code <= 504 },
];

/** What a reply to RCPT means for mail to that recipient (RFC 5321 4.2.2 and what hosts make of it). */
export function readReply(reply: MailReply): Reception {
  const { code, enhanced, lines } = reply;
  if (code === 250 || code === 251) return 'accepts';
  // 252: it cannot be verified, the message would be taken and tried; nothing is proven by that.
  if (code < 400) return 'cannot-tell';
  const text = [code, enhanced ?? '', ...lines].join(' ').toLowerCase().slice(0, 4000);
  return signs.find(({ shows }) => shows(reply, text))?.means ?? 'refuses';
}

/** The delay that a greylisting host names, in milliseconds; null: none, or none that can be believed. */
export function delayNamed({ lines }: MailReply): number | null {
  const text = lines.join(' ').slice(0, 1000);
  const [, amount, unit = 's'] =
    /(?:in|after|for|wait|within)\s+(\d{1,5})\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?)?)?\b/i.exec(
      text,
    ) ?? [];
  const [, minutes, seconds] = /(?:in|after|wait)\s+(\d{1,3}):([0-5]\d)\b/i.exec(text) ?? [];
  if (minutes !== undefined) return (Number(minutes) * 60 + Number(seconds)) * 1000;
  if (amount === undefined) return null;
  const scale = { s: 1000, m: 60_000, h: 3_600_000 }[unit[0]?.toLowerCase() ?? 's'] ?? 1000;
  return Math.min(Number(amount) * scale, 24 * 3_600_000);
}
