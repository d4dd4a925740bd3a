import { type AuthorityOrder } from '../cutover/order.ts';
import { type Inquire, type Inquired } from '../dns/inquiry.ts';
import { displayName, isWithin, type Name, parseAnyName } from '../dns/name.ts';
import { rrsetFrom } from '../dns/records.ts';
import { type Key, keyText } from '../dns/rrset.ts';
import { toFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Ask, type Server } from '../transport/transport.ts';
import { askOnce } from './ask-once.ts';
import { askGround, type Ground, groundOf, type Guide, registered, type Spoken } from './ground.ts';

export interface InquiryOf {
  readonly ask: Ask;
  /** The zone of the plan, and its servers, the best first. */
  readonly zone: Name;
  readonly servers: readonly Server[];
  readonly authority: Pick<AuthorityOrder, 'replace' | 'lookups'>;
  /** Recursive servers of this machine, where the configuration names none. */
  readonly system: () => Promise<readonly Server[]>;
  /** Of authoritative servers that were found; 53 outside tests. */
  readonly port: number;
}

const isGround = (one: Spoken | Ground): one is Ground => 'apex' in one;

/** From the servers of a zone down to those of the zone that holds the name. */
async function descend(guide: Guide, key: Key, ground: Ground): Promise<Spoken | string> {
  let at = ground;
  for (let depth = 0; depth < limits.referralsPerName; depth++) {
    const said = await askGround(guide, { key, ground: at });
    if (typeof said === 'string' || !isGround(said)) return said;
    at = said;
  }
  return `the servers of ${displayName(at.apex)} refer to others without an end`;
}

/** What this machine looks other zones up with; without resolvers the zone of the plan can still be asked. */
async function guideOf(of: InquiryOf, signal: AbortSignal): Promise<Guide> {
  const { lookups } = of.authority;
  const ask = askOnce(of.ask, signal);
  const { port } = of;
  if (lookups.length > 0) return { ask, port, lookups, named: true, lacking: null };
  try {
    return { ask, port, lookups: await of.system(), named: false, lacking: null };
  } catch (error) {
    const { code, message } = toFault(error);
    if (code !== 'CONFIG' && code !== 'UNAVAILABLE') throw error;
    return { ask, port, lookups: [], named: false, lacking: message };
  }
}

/** Whoever has authority for a name and type, and what it says. */
export type Say = (key: Key) => Promise<Spoken | string>;

/** @throws Fault ABORTED, when something is asked for */
export function sayer(of: InquiryOf, signal: AbortSignal): Say {
  const { zone, servers } = of;
  const grounds = new Map<Name, Promise<Ground | string>>();
  let guided: Promise<Guide> | undefined;
  return async key => {
    const guide = await (guided ??= guideOf(of, signal));
    if (isWithin(key.name, zone)) return descend(guide, key, { apex: zone, servers, hosts: [] });
    // Servers that the configuration names for a zone that nobody else sees often serve the other zones of
    // the same closed network, too; for what they do not serve they do not answer with authority.
    for (const at of of.authority.replace) {
      const message = await guide.ask(key, at, false);
      if (typeof message !== 'string' && message.aa) return { message, server: at.address, at };
    }
    const from = registered(key.name);
    const ground = await (grounds.get(from) ?? remember(grounds, from, groundOf(guide, from)));
    return typeof ground === 'string' ? ground : descend(guide, key, ground);
  };
}

function remember<K, V>(there: Map<K, V>, key: K, value: V): V {
  there.set(key, value);
  return value;
}

/** Follows aliases from zone to zone (RFC 1034 3.6.2), each asked of its own servers. */
async function follow(say: Say, { name, type }: Key): Promise<Inquired> {
  const aliases: Name[] = [];
  let at = name;
  for (;;) {
    const said = await say({ name: at, type });
    if (typeof said === 'string') return { is: 'unanswered', why: said };
    const { message, server } = said;
    const found = rrsetFrom(message.answer, { name: at, type });
    if (found !== null)
      return { is: 'found', rdata: found.rdata, ttl: found.ttl, at, aliases, server };
    const alias = rrsetFrom(message.answer, { name: at, type: 'CNAME' })?.rdata[0];
    if (alias === undefined) {
      const rcode = message.rcodeName === 'NXDOMAIN' ? 'NXDOMAIN' : 'NOERROR';
      return { is: 'absent', rcode, at, aliases, server };
    }
    at = parseAnyName(alias);
    if (at === name || aliases.includes(at) || aliases.length >= limits.aliasesPerName)
      return { is: 'unanswered', why: `the aliases from ${displayName(name)} lead nowhere` };
    aliases.push(at);
  }
}

/**
 * Answers about any name from the servers that have authority for it. What cannot be asked is
 * `unanswered`, with the reason; nothing is thrown but ABORTED. Every question is asked once.
 */
export function inquirer(of: InquiryOf, signal: AbortSignal): Inquire {
  const say = sayer(of, signal);
  const answers = new Map<string, Promise<Inquired>>();
  return (name, type) => {
    const key = { name, type };
    const text = keyText(key);
    return answers.get(text) ?? remember(answers, text, follow(say, key));
  };
}
