import { expect, it } from 'vitest';
import { frame, type NastyOptions, reset } from '../support/nasty.ts';
import * as replies from './replies.ts';
import { rightful, start, type Subject, type Traits } from './subject.ts';

const { faultOf, forgeries, hostsOf, mxAnswer, never, question, truncated } = replies;

const brokenTcp: Readonly<Record<string, NonNullable<NastyOptions['tcp']>>> = {
  'closes the connection': (_, socket) => socket.end(),
  'resets the connection': (_, socket) => reset(socket),
  'closes in the middle of the answer': (query, socket) =>
    socket.end(frame(mxAnswer(query)).subarray(0, 20)),
  'stays silent': () => undefined,
  'drips octets as a slow loris does': (query, socket) => {
    const octets = frame(mxAnswer(query));
    let next = 0;
    const timer = setInterval(() => {
      if (socket.destroyed) clearInterval(timer);
      else socket.write(octets.subarray(next, ++next));
    }, 50);
    socket.on('close', () => {
      clearInterval(timer);
    });
  },
  'sends garbage': (_, socket) => socket.write(frame(Buffer.from('no DNS here, only words'))),
  'answers another id': (query, socket) => socket.write(frame(forgeries['another id']!(query))),
  'answers another question': (query, socket) =>
    socket.write(frame(forgeries['another question']!(query))),
  'leaves QR at 0': (query, socket) => socket.write(frame(forgeries['QR = 0']!(query))),
  truncates: (query, socket) => socket.write(frame(truncated(query))),
};

/** What every transport promises that asks over TCP, or turns to it. */
export function overTcp({ over }: Traits, subject: (timeoutMs?: number) => Subject): void {
  /** What the composed transport turns to TCP for. */
  const udp: NastyOptions =
    over !== 'both'
      ? over === 'tls'
        ? { tls: rightful() }
        : {}
      : {
          udp: (query, { send }) => {
            send(truncated(query));
          },
        };

  it.each(Object.entries(brokenTcp))('fails when the server %s', async (_, tcp) => {
    const server = await start({ ...udp, tcp });
    const fault = await faultOf(subject(200).ask(question, server, never()));
    expect(fault.code).toBe('UNAVAILABLE');
    expect(fault.message).toContain(over === 'tls' ? '(tls)' : '(tcp)');
  });

  it('reads an answer that comes in small pieces', async () => {
    const server = await start({
      ...udp,
      tcp: (query, socket) => {
        const octets = frame(mxAnswer(query));
        socket.write(octets.subarray(0, 1));
        setTimeout(() => socket.write(octets.subarray(1, 5)), 10);
        setTimeout(() => socket.write(octets.subarray(5)), 20);
      },
    });
    const reply = await subject(5000).ask(question, server, never());
    expect(hostsOf(reply.message)).toHaveLength(1);
  });
}
