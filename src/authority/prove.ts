import { type Clock } from '../clock.ts';
import { serverLabel } from '../cutover/standing.ts';
import { type Prove, type Proven, type Security } from '../cutover/validation.ts';
import { type Name, parseAnyName } from '../dns/name.ts';
import { rrsetFrom } from '../dns/records.ts';
import { type Key, keyText } from '../dns/rrset.ts';
import { type Message } from '../dns/wire.ts';
import { isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Ask, type Server } from '../transport/transport.ts';
import { judgeAnswer } from './chain/answer.ts';
import { type ChainKeeper, chainKeeper } from './chain/keeper.ts';
import { type InquiryOf, type Say, sayer } from './inquire.ts';
import { findApex } from './lookup.ts';

export interface ProvingOf extends InquiryOf {
  readonly clock: Clock;
  readonly trustAnchors: readonly string[];
}

/** A zone, one of its servers, and what validates its answers. */
interface Ground {
  readonly at: Server;
  readonly zone: Name;
  readonly keeper: ChainKeeper;
}

const worse: readonly Security[] = ['secure', 'insecure', 'indeterminate', 'bogus'];

interface World {
  readonly of: ProvingOf;
  readonly say: Say;
  readonly keepers: Map<Name, ChainKeeper>;
  readonly signal: AbortSignal;
}

/** Who is asked about the zones above, as for the zone of the plan. */
async function above({ authority, system }: ProvingOf): Promise<readonly Server[] | null> {
  const { lookups, replace } = authority;
  if (lookups.length > 0) return lookups;
  return replace.length > 0 ? null : system().catch(() => []);
}

/** Finds the servers of the zone that holds a name by a question that plants nothing new: its SOA. */
async function groundOf({ of, say, keepers, signal }: World, name: Name): Promise<Ground | string> {
  const said = await say({ name, type: 'SOA' });
  if (typeof said === 'string') return said;
  const { at } = said;
  const { ask, clock, trustAnchors } = of;
  const zone = await findApex({ ask, servers: [at], recursive: false }, name, signal);
  const known = keepers.get(zone);
  if (known !== undefined) return { at, zone, keeper: known };
  const keeper = chainKeeper({ zone, trustAnchors, ask, clock, lookups: await above(of) });
  keepers.set(zone, keeper);
  return { at, zone, keeper };
}

const signedIn = ({ answer, authority }: Message): boolean =>
  [...answer, ...authority].some(({ type }) => type === 'RRSIG');

/** What one answer says about one key, and what it is worth. */
async function judged(
  { of, signal }: World,
  { at, zone, keeper }: Ground,
  { key, message }: { readonly key: Key; readonly message: Message },
): Promise<{ readonly security: Security; readonly why: string }> {
  const server = { ...at, name: at.address };
  const need = { signed: signedIn(message), servers: [server] };
  const chain = await keeper.chain(need, signal);
  const now = of.clock.now().wall;
  const answered = { server: serverLabel(server), key, message };
  const { is, why } = judgeAnswer(answered, chain, { zone, now });
  return { security: is, why };
}

const unreadable = ['UNAVAILABLE', 'MALFORMED', 'NOT_FOUND', 'RATE_LIMITED'];

/** Asks for the signatures as well; an answer that is an error is handed on by resolvers. */
async function askSigned(
  ask: Ask,
  { key, at }: { readonly key: Key; readonly at: Server },
  signal: AbortSignal,
): Promise<Message | Extract<Proven, { is: 'failing' | 'unanswered' }>> {
  const { message } = await ask({ ...key, recursive: false, dnssec: true }, at, signal);
  const { rcodeName, aa } = message;
  if (rcodeName !== 'NOERROR' && rcodeName !== 'NXDOMAIN')
    return { is: 'failing', why: `${at.address} answers ${rcodeName} for ${keyText(key)}` };
  if (!aa) return { is: 'unanswered', why: `${at.address} answers without authority` };
  return message;
}

/** Follows aliases from zone to zone; the worst that was met on the way counts (RFC 7671 7). */
async function follow(world: World, { name, type }: Key): Promise<Proven> {
  let at = name;
  let worst: { security: Security; why: string } = { security: 'secure', why: '' };
  for (let hop = 0; hop <= limits.aliasesPerName; hop++) {
    const ground = await groundOf(world, at);
    if (typeof ground === 'string') return { is: 'unanswered', why: ground };
    const key = { name: at, type };
    const message = await askSigned(world.of.ask, { key, at: ground.at }, world.signal);
    if ('is' in message) return message;
    const server = ground.at.address;
    const found = rrsetFrom(message.answer, key);
    const alias = found === null ? rrsetFrom(message.answer, { name: at, type: 'CNAME' }) : null;
    const about = alias === null ? key : { name: at, type: 'CNAME' };
    const here = await judged(world, ground, { key: about, message });
    if (hop === 0 || worse.indexOf(here.security) > worse.indexOf(worst.security)) worst = here;
    if (found !== null) return { is: 'found', rdata: found.rdata, ...worst, server };
    const [target] = alias?.rdata ?? [];
    if (target === undefined) return { is: 'absent', ...worst, server };
    at = parseAnyName(target);
  }
  return { is: 'unanswered', why: 'the aliases lead nowhere' };
}

/**
 * Asks the servers that have authority, as `inquirer` does, and validates what they say from a trust anchor
 * down: which answers a sender that validates would believe. Throws nothing but ABORTED.
 */
export function prover(of: ProvingOf, signal: AbortSignal): Prove {
  const world: World = { of, say: sayer(of, signal), keepers: new Map(), signal };
  const answers = new Map<string, Promise<Proven>>();
  return (name, type) => {
    const key = { name, type };
    const text = keyText(key);
    const known = answers.get(text);
    if (known !== undefined) return known;
    const asked = follow(world, key).catch((error: unknown): Proven => {
      if (!isFault(error) || signal.aborted || !unreadable.includes(error.code)) throw error;
      return { is: 'unanswered', why: error.message };
    });
    answers.set(text, asked);
    return asked;
  };
}
