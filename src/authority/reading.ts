import { type Clock } from '../clock.ts';
import { type Reading, type Served, type ServerAddress } from '../cutover/survey.ts';
import { displayName, type Name, parseAnyName } from '../dns/name.ts';
import { rrsetFrom, type WireRecord } from '../dns/records.ts';
import { type Key, keyText, type RRset } from '../dns/rrset.ts';
import { type Message } from '../dns/wire.ts';
import { isFault } from '../errors.ts';
import { type Ask } from '../transport/transport.ts';
import { inParallel } from './parallel.ts';
import { signatureOf } from './signature.ts';

/** The numbers of an SOA that we need. */
export interface Soa {
  /** MNAME. */
  readonly primary: string;
  readonly serial: number;
  readonly refresh: number;
  readonly minimum: number;
  readonly ttl: number;
}

/** What one server said, with what a round and a survey need besides. */
export interface FullReading {
  readonly reading: Reading;
  readonly nameServers: readonly Name[];
  readonly soa: Soa | null;
  /** The answers themselves, for whoever validates them. */
  readonly answers: readonly { readonly key: Key; readonly message: Message }[];
}

export interface ReadingOf {
  readonly zone: Name;
  readonly keys: readonly Key[];
  readonly ask: Ask;
  readonly clock: Clock;
}

/** Questions that one server gets at the same time. */
const QUESTIONS_AT_ONCE = 8;

function soaOf(records: readonly WireRecord[], zone: Name): Soa | null {
  const rrset = rrsetFrom(records, { name: zone, type: 'SOA' });
  const [primary = '', , ...numbers] = rrset?.rdata[0]?.split(' ') ?? [];
  const [serial, refresh, , , minimum] = numbers.map(Number);
  if (rrset === null || serial === undefined) return null;
  return { primary, serial, refresh: refresh ?? 0, minimum: minimum ?? 0, ttl: rrset.ttl };
}

/** RFC 2308 5. */
const negativeTtl = ({ ttl, minimum }: Soa): number => Math.min(ttl, minimum);

/** Why an answer says nothing about the zone, in words; null if it speaks with authority. */
function notAuthoritative(message: Message): string | null {
  const { rcodeName, aa, authority, edns } = message;
  const extended = edns?.errors.map(({ name, text }) => (text === '' ? name : `${name}: ${text}`));
  const more = extended === undefined || extended.length === 0 ? '' : ` (${extended.join(', ')})`;
  if (rcodeName !== 'NOERROR' && rcodeName !== 'NXDOMAIN') return `answers ${rcodeName}${more}`;
  if (aa) return null;
  const referral = authority.some(record => record.type === 'NS');
  return referral
    ? 'is lame: refers to other servers instead of answering with authority'
    : 'is lame: answers without authority (AA is not set)';
}

/** What one answer shows of one key, or why nothing. */
function serves(
  message: Message,
  { key, soa, of, zoneSigned }: { key: Key; soa: Soa; of: ReadingOf; zoneSigned: boolean },
): Served | string {
  const trouble = notAuthoritative(message);
  if (trouble !== null) return `${trouble} when asked for ${keyText(key)}`;
  const { answer, authority } = message;
  const judged = { zone: of.zone, now: of.clock.now().wall, zoneSigned };
  const rrset = rrsetFrom(answer, key);
  if (rrset !== null) {
    const signature = signatureOf(answer, { key, ttl: rrset.ttl, denial: false, ...judged });
    return { key: keyText(key), rrset, negativeTtl: null, signature };
  }
  const alias = answer.find(({ type }) => type === 'CNAME' || type === 'DNAME');
  if (alias !== undefined)
    return `${keyText(key)} is behind a ${alias.type} at ${alias.name} to ${alias.rdata}`;
  const denial = soaOf(authority, of.zone) ?? soa;
  const soaKey = { name: of.zone, type: 'SOA' };
  const said = { key: soaKey, ttl: denial.ttl, denial: true, ...judged };
  const signature = signatureOf(authority, said);
  return { key: keyText(key), rrset: null, negativeTtl: negativeTtl(denial), signature };
}

const namesOf = (rrset: RRset | null): readonly Name[] =>
  rrset?.rdata.map(text => parseAnyName(text)) ?? [];

/**
 * Asks one address for the SOA, the NS set and every key. A server that is silent, refuses, or
 * answers one of the questions without authority is `silent`, with the reason in words: what it
 * serves is not known.
 * @throws Fault ABORTED
 */
export async function read(
  server: ServerAddress,
  of: ReadingOf,
  signal: AbortSignal,
): Promise<FullReading> {
  const question = (key: Key) => ({ ...key, recursive: false, dnssec: true });
  const unusable = (state: 'silent' | 'lacking', error: string): FullReading => ({
    reading: { ...server, state, error, serial: null, served: [] },
    nameServers: [],
    soa: null,
    answers: [],
  });
  try {
    const soaKey = { name: of.zone, type: 'SOA' };
    const first = (await of.ask(question(soaKey), server, signal)).message;
    const trouble = notAuthoritative(first);
    const soa = soaOf(first.answer, of.zone);
    const zone = displayName(of.zone);
    if (trouble !== null) return unusable('silent', `${trouble} when asked for ${zone} SOA`);
    if (soa === null)
      return unusable('silent', `answers with authority, but has no SOA at ${zone}`);
    const zoneSigned = first.answer.some(({ type }) => type === 'RRSIG');
    const nsKey = { name: of.zone, type: 'NS' };
    const [ns, ...answers] = await inParallel([nsKey, ...of.keys], QUESTIONS_AT_ONCE, async key => {
      const { message } = await of.ask(question(key), server, signal);
      return { key, message, served: serves(message, { key, soa, of, zoneSigned }) };
    });
    const all = answers.map(answer => answer.served);
    const troubles = all.filter(served => typeof served === 'string');
    if (troubles.length > 0) return unusable('silent', troubles.join('; '));
    const served = all.filter(one => typeof one !== 'string');
    const nameServers = namesOf(rrsetFrom(ns?.message.answer ?? [], nsKey));
    const reading = {
      ...server,
      state: 'answered',
      error: null,
      serial: soa.serial,
      primary: soa.primary,
      served,
    } as const;
    return { reading, nameServers, soa, answers };
  } catch (error) {
    if (!isFault(error) || error.code === 'ABORTED' || error.code === 'BUG') throw error;
    const lacking = error.details?.['family'] === 'lacking';
    return unusable(lacking ? 'lacking' : 'silent', error.message);
  }
}
