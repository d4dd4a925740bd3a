import { NSID } from '../../src/dns/edns.ts';
import { parseName } from '../../src/dns/name.ts';
import { RCODE } from '../../src/dns/rcode.ts';
import { CH } from '../../src/dns/records.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse, type Message } from '../../src/dns/wire.ts';
import { type Question } from '../../src/transport/transport.ts';

/** How a resolver differs from one that can be believed. */
export interface Trial {
  /** The RCODE of the SOA. */
  readonly soa?: number;
  readonly invents?: boolean;
  readonly nsid?: string;
  readonly idServer?: string;
  /** Whose entries it answers from. */
  readonly behind?: string;
}

/** Addresses of documentation at which no resolver of these tests is. */
export const isNobody = (address: string): boolean => /^(?:192\.0\.2|203\.0\.113)\./.test(address);

const zone = parseName('example.org');
const negative = 300;
const soa = (ttl: number) =>
  rrset({
    ...{ name: zone, type: 'SOA', ttl },
    rdata: [`ns1.example.net. hostmaster.example.org. 7 3600 600 86400 ${negative}`],
  });

type Said = Omit<Parameters<typeof encodeResponse>[0], 'query'>;

/** A message as it comes from the wire. */
function wired({ name, type, klass }: Question, said: Said): Message {
  const query = { ...{ id: 1, name, type, recursive: true, nsid: true }, ...(klass && { klass }) };
  return decodeMessage(encodeResponse({ query: decodeMessage(encodeQuery(query)), ...said }));
}

/** What resolvers answer to questions that only try them; denials are kept, and count down. */
export function trials(by: ReadonlyMap<string, Trial>, seconds: () => number) {
  const ends = new Map<string, number>();
  const left = (cache: string): number => {
    const end = ends.get(cache);
    if (end !== undefined && end > seconds()) return Math.ceil(end - seconds());
    ends.set(cache, seconds() + negative);
    return negative;
  };
  const saidTo = (question: Question, address: string, trial: Trial): Said => {
    const { name, type } = question;
    if (question.klass === CH) {
      if (trial.idServer === undefined) return { rcode: RCODE.REFUSED };
      // What stands in another class is the same but for the class, which the encoder writes for all.
      return { answer: [rrset({ name, type, ttl: 0, rdata: [`"${trial.idServer}"`] })] };
    }
    if (type === 'SOA') {
      const rcode = trial.soa ?? RCODE.NOERROR;
      return rcode === RCODE.NOERROR ? { answer: [soa(3600)] } : { rcode };
    }
    if (trial.invents === true)
      return { answer: [rrset({ name, type, ttl: 60, rdata: ['192.0.2.66'] })] };
    const ttl = left(`${trial.behind ?? address} ${name}`);
    return { rcode: RCODE.NXDOMAIN, authority: [soa(ttl)] };
  };
  return (question: Question, address: string): Message => {
    const trial = by.get(address) ?? {};
    const nsid = trial.nsid === undefined ? [] : [Buffer.from(trial.nsid)];
    const options = nsid.map(data => ({ code: NSID, data: Uint8Array.from(data) }));
    const message = wired(question, { ...saidTo(question, address, trial), options });
    if (question.klass !== CH) return message;
    return { ...message, answer: message.answer.map(one => ({ ...one, klass: CH })) };
  };
}
