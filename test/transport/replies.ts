import type net from 'node:net';
import { parseName } from '../../src/dns/name.ts';
import { rrsetFrom } from '../../src/dns/records.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { decodeMessage, encodeResponse, type Message } from '../../src/dns/wire.ts';
import { type Fault } from '../../src/errors.ts';
import { type Question } from '../../src/transport/transport.ts';
import { frame } from '../support/nasty.ts';

export const name = parseName('alpha.example');
export const question: Question = { name, type: 'MX', recursive: true, dnssec: false };
export const never = (): AbortSignal => new AbortController().signal;

export const mxAnswer = (query: Uint8Array, host = 'mx1.oldhost.example.'): Uint8Array => {
  const asked = decodeMessage(query);
  const owner = asked.question?.name ?? name;
  const set = rrset({ name: owner, type: 'MX', ttl: 20, rdata: [`10 ${host}`] });
  return encodeResponse({ query: asked, answer: [set] });
};
export const hostsOf = (message: Message, owner = name): readonly string[] =>
  rrsetFrom(message.answer, { name: owner, type: 'MX' })?.rdata ?? [];
export const truncated = (query: Uint8Array): Uint8Array =>
  encodeResponse({ query: decodeMessage(query), tc: true });

export function changed(query: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = mxAnswer(query).slice();
  change(bytes);
  return bytes;
}

/** The Fault that asking ends with. */
export async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  return promise.then(
    value => {
      throw new Error(`no fault but ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as Fault,
  );
}

/** What is not the answer, made from the right one. */
export const forgeries: Readonly<Record<string, (query: Buffer) => Uint8Array>> = {
  'another id': query =>
    changed(query, bytes => {
      bytes.set([(bytes[0] ?? 0) ^ 1], 0);
    }),
  'another question': query =>
    changed(query, bytes => {
      bytes.set([(bytes[13] ?? 0) ^ 3], 13);
    }),
  'another type': query =>
    changed(query, bytes => {
      bytes.set([16], 28);
    }),
  'another opcode': query =>
    changed(query, bytes => {
      bytes.set([(bytes[2] ?? 0) | 0x28], 2);
    }),
  'QR = 0': query =>
    changed(query, bytes => {
      bytes.set([(bytes[2] ?? 0) & 0x7f], 2);
    }),
  garbage: () => Buffer.from('this is not DNS at all'),
  'an empty datagram': () => new Uint8Array(),
  'a datagram over the size limit': query => Buffer.concat([mxAnswer(query), Buffer.alloc(5000)]),
};

export const answerOverTcp = (query: Buffer, socket: net.Socket): void => {
  socket.write(frame(mxAnswer(query)));
};
