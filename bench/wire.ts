// How many messages a second our codec, dns2 and dns-packet write and read: `node bench/wire.ts`.
import dnsPacket from 'dns-packet';
import dns2 from 'dns2';
import { parseName } from '../src/dns/name.ts';
import { rrset } from '../src/dns/rrset.ts';
import { decodeMessage, encodeQuery, encodeResponse } from '../src/dns/wire.ts';

const { Packet } = dns2;
const name = parseName('example.org');
const roundMs = 250;
const rounds = 7;

/** Compressed, as servers send it. */
function response(count: number): Buffer {
  return dnsPacket.encode({
    type: 'response',
    id: 4711,
    flags: 0x0180,
    questions: [{ name: 'example.org', type: 'MX', class: 'IN' }],
    answers: Array.from({ length: count }, (_, index) => ({
      name: 'example.org',
      type: 'MX' as const,
      class: 'IN' as const,
      ttl: 300,
      data: { preference: 10 * index, exchange: `mx${index}.mail.example.net` },
    })),
    additionals: [
      {
        name: '.',
        type: 'OPT',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
}

function encodeWithDns2(id: number): Buffer {
  const packet = new Packet();
  packet.header.id = id;
  packet.header.rd = 1;
  const { TYPE, CLASS } = Packet;
  packet.questions.push(new Packet.Question('example.org', TYPE.MX, CLASS.IN));
  return packet.toBuffer();
}

const encodeWithDnsPacket = (id: number): Buffer =>
  dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name: 'example.org', type: 'MX', class: 'IN' }],
  });

/** Messages in one round, by the median of the rounds, a second. */
function measure(work: (n: number) => unknown): number {
  let n = 0;
  const figures: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const start = process.hrtime.bigint();
    const until = start + BigInt(roundMs) * 1_000_000n;
    const first = n;
    while (process.hrtime.bigint() < until)
      for (let batch = 0; batch < 200; batch++) if (work(n++ & 65_535) === null) throw new Error();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    // The first rounds warm up.
    if (round >= 0) figures.push((n - first) / seconds);
  }
  return figures.sort((one, other) => one - other)[rounds >> 1] ?? 0;
}

const two = response(2);
const twenty = response(20);
const query = decodeMessage(encodeQuery({ id: 1, name, type: 'MX', recursive: true }));
const answer = [rrset({ name, type: 'MX', ttl: 300, rdata: ['0 mx.new.example', '10 b.example'] })];
const rows: readonly (readonly [string, Readonly<Record<string, (n: number) => unknown>>])[] = [
  [
    'encode a query',
    {
      ours: id => encodeQuery({ id, name, type: 'MX', recursive: true, edns: false }),
      dns2: encodeWithDns2,
      'dns-packet': encodeWithDnsPacket,
    },
  ],
  [
    'encode a query with EDNS',
    { ours: id => encodeQuery({ id, name, type: 'MX', recursive: true }) },
  ],
  [
    `decode 2 MX with EDNS, ${two.length} octets`,
    {
      ours: () => decodeMessage(two),
      dns2: () => Packet.parse(two),
      'dns-packet': () => dnsPacket.decode(two),
    },
  ],
  [
    `decode 20 MX with EDNS, ${twenty.length} octets`,
    {
      ours: () => decodeMessage(twenty),
      dns2: () => Packet.parse(twenty),
      'dns-packet': () => dnsPacket.decode(twenty),
    },
  ],
  ['encode a response of 2 MX', { ours: () => encodeResponse({ query, answer }) }],
];

console.log(
  `Node ${process.version}, median of ${rounds} rounds of ${roundMs} ms, messages a second`,
);
for (const [what, codecs] of rows) {
  const figures = Object.entries(codecs).map(([codec, work]) => ({ codec, figure: measure(work) }));
  const ours = figures[0]?.figure ?? 0;
  for (const { codec, figure } of figures) {
    const ratio = codec === 'ours' ? '' : `  ours is ${(ours / figure).toFixed(1)}x`;
    console.log(
      `${what.padEnd(36)} ${codec.padEnd(11)} ${Math.round(figure).toLocaleString('en').padStart(10)}${ratio}`,
    );
  }
}
