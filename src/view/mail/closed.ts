import { type Name, displayName } from '../../dns/name.ts';
import { type ClosedWhy, type OldHostLook } from '../../mail/closed.ts';
import { type Recipient } from '../../mail/conversation.ts';
import {
  afterClosing,
  localDelivery,
  oldAddressText,
  otherDomains,
  rejectAdvice,
  verdictText,
} from './retire-text.ts';
import { hang, shown, symbolsOf, type Look } from '../table.ts';
import { isoText } from '../words.ts';

/** What `verify-closed` tells. Additive changes only. */
export interface ClosedView {
  /** Without the final dot. */
  readonly domain: string;
  readonly goal: OldHostLook['goal'];
  /** `closed` also says that forwarding holds, `open` that it does not. */
  readonly verdict: 'closed' | 'open' | 'not-proven';
  /** One sentence. */
  readonly summary: string;
  readonly at: string;
  readonly recipients: readonly string[];
  readonly addresses: readonly {
    readonly host: string;
    readonly address: string;
    readonly role: 'old' | 'new';
    readonly verdict: 'closed' | 'open' | 'not-proven';
    readonly why: ClosedWhy;
    readonly recipient: string | null;
    readonly said: string;
  }[];
  readonly unresolved: readonly { readonly host: string; readonly why: string }[];
  /** What no look at port 25 can show, and what to do. */
  readonly advice: readonly string[];
}

export interface ClosedGround {
  readonly domain: Name;
  readonly look: OldHostLook;
  readonly recipients: readonly Recipient[];
  readonly at: number;
}

const verdictOf = (holds: boolean | null): ClosedView['verdict'] =>
  holds === null ? 'not-proven' : holds ? 'closed' : 'open';

/** What helps where something is not proven, and what stays unknown where it is. */
function adviceOf({ goal, holds, addresses }: OldHostLook, domain: string): readonly string[] {
  const has = (why: ClosedWhy): boolean => addresses.some(one => one.why === why);
  return [
    ...(goal === 'refuses' && has('silent') ? [rejectAdvice] : []),
    ...(has('no-family')
      ? ['Ask from a machine that has both address families: what cannot be asked is not closed.']
      : []),
    ...(has('refuses-us') ? ['Ask from another place: this machine is refused itself.'] : []),
    ...(has('domain-known')
      ? [
          'Name somebody who lived there (--former): only that shows whether it takes mail for them.',
        ]
      : []),
    ...(goal === 'refuses' && holds === false
      ? [
          'Refuse connections to its port 25 with a TCP reset, or make it answer 550 5.1.10 for the domain: a message that it accepts is lost to its readers, one that it refuses is sent again elsewhere.',
        ]
      : []),
    ...(goal === 'refuses' ? [localDelivery(domain), otherDomains] : []),
    ...(goal === 'refuses' && holds === true ? [afterClosing] : []),
  ];
}

export function closedView({ domain: name, look, recipients, at }: ClosedGround): ClosedView {
  const domain = displayName(name);
  return {
    ...{ domain, goal: look.goal, verdict: verdictOf(look.holds) },
    summary: verdictText(look, domain),
    at: isoText(at),
    recipients: recipients.map(({ address }) => address),
    addresses: look.addresses.map(({ host, address, role, holds, why, recipient, said }) => ({
      ...{ host: displayName(host), address, role, verdict: verdictOf(holds) },
      ...{ why, recipient, said },
    })),
    unresolved: look.unresolved.map(({ host, why }) => ({ host: displayName(host), why })),
    advice: adviceOf(look, domain),
  };
}

const marks = { closed: 'done', open: 'fail', 'not-proven': 'unknown' } as const;

/** The same for people: the verdict first, then each address, then what to do. */
export function closedText(ground: ClosedGround, look: Look): string {
  const view = closedView(ground);
  const symbols = symbolsOf(look);
  const mark = symbols[marks[view.verdict]];
  const line = (symbol: string, text: string): readonly string[] =>
    hang(`  ${symbol} `, shown(text, look), look.width);
  return [
    ...hang(`${mark} `, shown(view.summary, look), look.width),
    ...hang(
      '  ',
      shown(`asked once, from here, for ${view.recipients.join(', ')}`, look),
      look.width,
    ),
    ...ground.look.addresses.flatMap(one =>
      line(symbols[marks[verdictOf(one.holds)]], oldAddressText(one)),
    ),
    ...view.unresolved.flatMap(({ host, why }) => line(symbols.unknown, `${host}: ${why}`)),
    ...view.advice.flatMap(text => line(symbols.arrow, text)),
  ].join('\n');
}
