import { type Policy } from '../../src/cutover/order.ts';
import { retireAsking } from '../../src/cutover/mail/retire.ts';
import { parseName } from '../../src/dns/name.ts';
import { lookOf, type ClosedWhy, type OldAddress } from '../../src/mail/closed.ts';
import { give, running, type Play } from './play.ts';
import { type Words } from './words.ts';

const proven: Partial<Record<ClosedWhy, boolean>> = {
  refused: true,
  greeting: true,
  'recipients-refused': true,
  accepts: false,
};

/** `192.0.2.25 accepts`, or `new 192.0.2.80 accepts`; what is good depends on what is asked for. */
function addressOf(text: string, goal: 'refuses' | 'forwards'): OldAddress {
  const [first = '', ...more] = text.trim().split(' ');
  const role = first === 'new' ? 'new' : 'old';
  const [address = '', why = ''] = first === 'new' ? more : [first, ...more];
  const refuses = proven[why as ClosedWhy] ?? null;
  const holds = refuses === null ? null : goal === 'refuses' ? refuses : !refuses;
  const host = parseName(role === 'new' ? 'mx.new.example' : 'mx.old.example');
  return { host, address, role, holds, why: why as ClosedWhy, recipient: null, said: why };
}

/** `old-host ADDRESS WHY[, ADDRESS WHY…]`, `old-host gone`: what one look at the hosts that are left shows. */
export function oldHostCommand(play: Play, { text }: Words): void {
  const goal = retireAsking(running(play).plan)?.goal ?? 'refuses';
  const gone = text === 'gone';
  const unresolved = gone ? [{ host: parseName('mx.old.example'), why: 'it has no address' }] : [];
  const addresses = gone ? [] : text.split(',').map(one => addressOf(one, goal));
  give(play, { type: 'old-host', look: lookOf({ goal, addresses, unresolved }) });
}

/** `mail [recipients=A,B]`: mail hosts are asked. */
export function mailSetting(play: Play, { options }: Words): void {
  const recipients = options['recipients']?.split(',') ?? [];
  const mail = { ask: true, recipients, port: 25, allowPrivate: false, every: 60, witnesses: [] };
  play.policy = { ...play.policy, mail };
}

/** `retire refuses|forwards|stays [former=A,B] [recipient=A] [shared=yes]` */
export function retireSetting(play: Play, { first, options }: Words): void {
  const { former, recipient, shared } = options;
  const { after } = play.policy.retire;
  const old = first === 'forwards' || first === 'stays' ? first : 'refuses';
  const retire: Policy['retire'] = {
    ...{ after, old },
    ...(shared !== undefined && { shared: true }),
    ...(former !== undefined && { former: former.split(',') }),
    ...(recipient !== undefined && { forwards: { recipient } }),
  };
  play.policy = { ...play.policy, retire };
}
