import { isWithin, type Name, parseName, ROOT } from '../../src/dns/name.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse, type Response } from '../../src/dns/wire.ts';
import { Fault } from '../../src/errors.ts';
import { type Ask, type Question, type Server } from '../../src/transport/transport.ts';

/** One RRset in a line: `example.org MX 300 10 mx1.example.net. | 20 mx2.example.net.` */
export function line(text: string): RRset {
  const [name = '', type = '', ttl = '', ...words] = text.split(' ');
  const rdata = words.join(' ').split(' | ');
  return rrset({ name: name === '.' ? ROOT : parseName(name), type, ttl: Number(ttl), rdata });
}

export interface WorldServer {
  /** Zones by apex, or nothing for a resolver that knows all zones of the world. */
  readonly zones?: Readonly<Record<string, readonly string[]>>;
  readonly silent?: boolean;
  readonly lacking?: boolean;
  readonly rcode?: number;
  readonly lame?: boolean;
}

type Parts = Omit<Response, 'query'>;

/** What an authoritative server answers from its zones. */
function fromZones(zones: Readonly<Record<string, readonly string[]>>, question: Question): Parts {
  const apexes = Object.keys(zones)
    .map(apex => (apex === '.' ? ROOT : parseName(apex)))
    .filter(apex => isWithin(question.name, apex))
    .sort((a, b) => b.length - a.length);
  const [apex] = apexes;
  if (apex === undefined) return { rcode: 5 };
  const text = zones[apex === ROOT ? '.' : apex.slice(0, -1)] ?? [];
  const sets = text.map(line);
  const at = (name: Name, type: string): readonly RRset[] =>
    sets.filter(set => set.name === name && set.type === type);
  const cut = sets.find(
    set => set.type === 'NS' && set.name !== apex && isWithin(question.name, set.name),
  );
  if (cut !== undefined) {
    const glue = sets.filter(set => cut.rdata.includes(set.name));
    return { authority: [cut], additional: glue };
  }
  const covers = ({ name, type, rdata }: RRset): boolean =>
    type === 'RRSIG' && name === question.name && rdata[0]?.split(' ')[0] === question.type;
  const signatures = question.dnssec ? sets.filter(covers) : [];
  const found = at(question.name, question.type);
  if (found.length > 0) return { aa: true, answer: [...found, ...signatures] };
  const alias = at(question.name, 'CNAME');
  if (alias.length > 0) return { aa: true, answer: alias };
  const known = sets.some(set => isWithin(set.name, question.name));
  return { aa: true, rcode: known ? 0 : 3, authority: at(apex, 'SOA') };
}

/** A resolver that follows the referrals of the world by taking the deepest zone that knows. */
function resolved(world: Readonly<Record<string, WorldServer>>, question: Question): Parts {
  const all = Object.assign({}, ...Object.values(world).map(({ zones }) => zones ?? {})) as Record<
    string,
    readonly string[]
  >;
  const { answer = [], authority = [], rcode = 0 } = fromZones(all, question);
  return { ra: true, rcode, answer, authority };
}

/** Servers by address, all on any port. Every reply goes through the codec, as on the wire. */
export function worldAsk(world: Readonly<Record<string, WorldServer>>): {
  readonly ask: Ask;
  readonly asked: { readonly question: Question; readonly at: Server }[];
} {
  const asked: { question: Question; at: Server }[] = [];
  const ask: Ask = async (question, at, signal) => {
    if (signal.aborted) throw new Fault('ABORTED', 'given up');
    asked.push({ question, at });
    const server = world[at.address];
    if (server?.lacking === true)
      throw new Fault('UNAVAILABLE', 'no route', { details: { family: 'lacking' } });
    if (server === undefined || server.silent === true)
      throw new Fault('UNAVAILABLE', `${at.address} is silent`);
    const query = decodeMessage(encodeQuery({ id: 1, ...question }));
    const parts =
      server.rcode !== undefined
        ? { rcode: server.rcode }
        : server.zones === undefined
          ? resolved(world, question)
          : fromZones(server.zones, question);
    const aa = server.lame === true ? false : (parts.aa ?? false);
    const bytes = encodeResponse({ query, ...parts, aa });
    return { message: decodeMessage(bytes), transport: 'udp', rttMs: 1 };
  };
  return { ask, asked };
}
