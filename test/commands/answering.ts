import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type EdnsOption } from '../../src/dns/edns.ts';
import { decodeMessage, encodeResponse } from '../../src/dns/wire.ts';
import { parseName } from '../../src/dns/name.ts';
import { RCODE } from '../../src/dns/rcode.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';

export interface Answer {
  readonly aa?: boolean;
  readonly rcode?: number;
  /** Only to who asks for it (RFC 6840 5.8). */
  readonly ad?: boolean;
  /** Extended errors and the like. */
  readonly options?: readonly EdnsOption[];
  readonly answer?: readonly RRset[];
  readonly authority?: readonly RRset[];
}

export interface Answering {
  readonly port: number;
  /** `127.0.0.1:5301`. */
  readonly at: string;
  /** How many questions came. */
  readonly asked: () => number;
  readonly close: () => Promise<void>;
}

/** A server on loopback that answers over UDP as it is told to; null: not at all. */
export async function answering(
  reply: (question: { readonly name: string; readonly type: string }) => Answer | null,
): Promise<Answering> {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (datagram, from) => {
    const query = decodeMessage(new Uint8Array(datagram));
    asked += 1;
    const { question } = query;
    const said = question === null ? null : reply(question);
    if (said === null) return;
    const ad = said.ad === true && query.ad;
    socket.send(encodeResponse({ query, ...said, ad }), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const close = async () => {
    socket.close();
    await once(socket, 'close');
  };
  return { port, at: `127.0.0.1:${port}`, asked: () => asked, close };
}

const org = parseName('example.org');
export const mx = (ttl: number, ...rdata: readonly string[]): RRset =>
  rrset({ name: org, type: 'MX', ttl, rdata });
const soa = (serial: number): RRset =>
  rrset({
    ...{ name: org, type: 'SOA', ttl: 300 },
    rdata: [`ns1.example.net. hostmaster.example.org. ${serial} 3600 600 86400 300`],
  });
const ns = rrset({ name: org, type: 'NS', ttl: 300, rdata: ['ns1.example.net.'] });

/** The authoritative server of example.org; what it serves as MX is asked for each time. */
export const authoritative = (served: () => RRset | null, serial = 7): Promise<Answering> =>
  answering(({ name, type }) => {
    const denial = { aa: true, authority: [soa(serial)] };
    if (name !== org)
      return name.endsWith(`.${org}`)
        ? { ...denial, rcode: RCODE.NXDOMAIN }
        : { rcode: RCODE.REFUSED };
    if (type === 'SOA') return { aa: true, answer: [soa(serial)] };
    if (type === 'NS') return { aa: true, answer: [ns] };
    const found = type === 'MX' ? served() : null;
    return found === null ? denial : { aa: true, answer: [found] };
  });

/** A resolver that knows the MX of example.org, and that nothing else exists. */
export const resolving = (known: () => RRset | null): Promise<Answering> =>
  answering(({ name, type }) => {
    if (name === '.') return { answer: [root] };
    if (name === org && type === 'SOA') return { answer: [soa(7)] };
    const found = name === org && type === 'MX' ? known() : null;
    return found === null ? { rcode: RCODE.NXDOMAIN } : { answer: [found] };
  });

const root = rrset({
  ...{ name: '.' as RRset['name'], type: 'NS', ttl: 518400, rdata: ['a.root-servers.net.'] },
});
