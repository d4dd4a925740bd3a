import dgram from 'node:dgram';
import net from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { CH, IN } from '../../src/dns/records.ts';
import { decodeMessage, encodeResponse } from '../../src/dns/wire.ts';
import { overTcp } from './conformance-tcp.ts';
import { overUdp } from './conformance-udp.ts';
import { faultOf, forgeries, hostsOf, mxAnswer, never, question } from './replies.ts';
import { named, nobody, opened, serving, type Subject, type Traits } from './subject.ts';

const ednsRefusals: Readonly<Record<string, (query: Buffer) => Uint8Array>> = {
  'FORMERR and a bare header': query =>
    Buffer.concat([query.subarray(0, 2), Buffer.from('80010000000000000000', 'hex')]),
  'FORMERR and the question': query =>
    encodeResponse({ query: { ...decodeMessage(query), edns: null }, rcode: 1 }),
  BADVERS: query => encodeResponse({ query: decodeMessage(query), rcode: 16 }),
};

/** Over UDP the right answer may still come; here it never does. */
const wrongs = Object.fromEntries(
  ['another id', 'another question', 'another type', 'QR = 0', 'garbage'].map(what => [
    what,
    forgeries[what]!,
  ]),
);

afterEach(() => {
  vi.restoreAllMocks();
});

/** As on a machine where no route of IPv6 exists. */
export function lackIpv6(): void {
  const error = Object.assign(new Error('ENETUNREACH'), { code: 'ENETUNREACH' });
  const refuse = (...given: unknown[]): void => {
    const done = given.at(-1) as (error: Error) => void;
    queueMicrotask(() => {
      done(error);
    });
  };
  vi.spyOn(dgram.Socket.prototype, 'send').mockImplementation(refuse);
  vi.spyOn(dgram.Socket.prototype, 'connect').mockImplementation(refuse);
  vi.spyOn(net.Socket.prototype, 'connect').mockImplementation(function (this: net.Socket) {
    queueMicrotask(() => this.emit('error', error));
    return this;
  });
}

/** Every transport keeps these promises, whatever the other side does. */
export function conformance(title: string, traits: Traits): void {
  const { over } = traits;
  const subject = (timeoutMs = 10_000): Subject => opened(traits.open({ timeoutMs }));
  const serve = (answer: (query: Buffer) => Uint8Array) =>
    serving(over, (query, send) => {
      send(answer(query));
    });
  const transport = over === 'both' ? 'udp' : over;

  describe(title, () => {
    it('gives the reply, and a refusal as a reply', async () => {
      const { ask } = subject();
      const server = await serve(query => mxAnswer(query));
      const reply = await ask(question, server, never());
      expect(hostsOf(reply.message)).toEqual(['10 mx1.oldhost.example.']);
      expect(reply.transport).toBe(transport);
      const refusing = await serve(q => encodeResponse({ query: decodeMessage(q), rcode: 5 }));
      expect((await ask(question, refusing, never())).message.rcodeName).toBe('REFUSED');
    });

    it('keeps many questions apart that are under way at once', async () => {
      const { ask } = subject(5000);
      const held: (() => void)[] = [];
      const count = 250;
      /** Answers the last one first, once a few are there, and the rest as they come. */
      const later = (answer: () => void): void => {
        held.push(answer);
        if (held.length >= 20) for (const one of held.splice(0).reverse()) one();
        else setTimeout(() => held.shift()?.(), 30);
      };
      const server = await serving(over, (query, send) => {
        later(() => {
          send(mxAnswer(query, `for-${decodeMessage(query).question!.name}`));
        });
      });
      const names = Array.from({ length: count }, (_, i) => parseName(`q${i}.example`));
      const replies = await Promise.all(
        names.map(one => ask({ ...question, name: one }, server, never())),
      );
      for (const [index, { message }] of replies.entries())
        expect(hostsOf(message, names[index])).toEqual([`10 for-${names[index]}`]);
    });

    it('asks in the class that is wanted, and takes no answer in another', async () => {
      const { ask } = subject(5000);
      const classes: (number | undefined)[] = [];
      const server = await serve(query => {
        const asked = decodeMessage(query).question!;
        classes.push(asked.klass);
        return encodeResponse({ query: decodeMessage(query) });
      });
      const id = { ...question, name: parseName('id.server'), type: 'TXT' };
      // The same question in another class is another question.
      for (const klass of [undefined, CH, IN]) {
        const asked = { ...id, ...(klass !== undefined && { klass }) };
        const { message } = await ask(asked, server, never());
        expect(message.question?.klass).toBe(klass ?? IN);
      }
      expect(classes).toEqual([IN, CH, IN]);
      const confused = await serve(query => {
        const message = decodeMessage(query);
        return encodeResponse({
          query: { ...message, question: { ...message.question!, klass: IN } },
        });
      });
      const fault = await faultOf(subject(100).ask({ ...id, klass: CH }, confused, never()));
      expect(fault.code).toBe('UNAVAILABLE');
    });

    it.each(Object.entries(ednsRefusals))('asks without EDNS after %s', async (_, refusal) => {
      const server = await serve(q => (decodeMessage(q).edns === null ? mxAnswer(q) : refusal(q)));
      const reply = await subject().ask(question, server, never());
      expect(hostsOf(reply.message)).toHaveLength(1);
      expect(reply.message.edns).toBeNull();
      expect(server.seen).toHaveLength(2);
    });

    it('says that nobody answered', async () => {
      const server = await serving(over, () => undefined);
      const fault = await faultOf(subject(60).ask(question, server, never()));
      expect(fault.code).toBe('UNAVAILABLE');
      expect(fault.details).toMatchObject({ timeout: true });
      expect(fault.where).toBe(`127.0.0.1:${server.port}`);
      expect(fault.message).toContain('60 ms');
    });

    it('says that the port is closed, as far as the socket hears of it', async () => {
      const server = await nobody(over);
      const timeoutMs = traits.hearsRefusal ? 60_000 : 60;
      const fault = await faultOf(subject(timeoutMs).ask(question, server, never()));
      expect(fault.code).toBe('UNAVAILABLE');
      expect(fault.details).toMatchObject(
        traits.hearsRefusal ? { refused: true } : { timeout: true },
      );
    });

    it('tells that this machine lacks IPv6 from a server that is silent', async () => {
      const { ask } = subject(60_000);
      lackIpv6();
      const fault = await faultOf(
        ask(question, named(over, { address: '2001:db8::53', port: 53 }), never()),
      );
      expect(fault.code).toBe('UNAVAILABLE');
      expect(fault.details).toMatchObject({ family: 'lacking' });
      expect(fault.message).toContain('no IPv6 route');
      expect(fault.fix).toContain('IPv6');
    });

    it('gives up when the caller does: before, at once, and under way', async () => {
      const server = await serving(over, () => undefined);
      const { ask } = subject(60_000);
      expect((await faultOf(ask(question, server, AbortSignal.abort()))).code).toBe('ABORTED');
      expect(server.seen).toHaveLength(0);
      const soon = new AbortController();
      const early = [1, 2].map(() => faultOf(ask(question, server, soon.signal)));
      soon.abort();
      for (const fault of await Promise.all(early)) expect(fault.code).toBe('ABORTED');
      const later = new AbortController();
      const asked = faultOf(ask(question, server, later.signal));
      await vi.waitUntil(() => server.seen.length > 0);
      later.abort();
      expect((await asked).code).toBe('ABORTED');
    });

    it.each(Object.entries(wrongs))('never takes %s for the answer', async (_, wrong) => {
      const server = await serve(wrong);
      const asked = subject(100).ask(question, server, never());
      expect((await faultOf(asked)).code).toBe('UNAVAILABLE');
    });

    it('never gives the answer to a question that was given up to another one', async () => {
      const { ask } = subject(300);
      const held: (() => void)[] = [];
      const server = await serving(over, (query, send) => {
        const { name } = decodeMessage(query).question!;
        const answer = (): void => {
          send(mxAnswer(query, `for-${name}`));
        };
        if (name === question.name) held.push(answer);
        else for (const one of [...held.splice(0), answer]) one();
      });
      const soon = new AbortController();
      const first = faultOf(ask(question, server, soon.signal));
      await vi.waitUntil(() => held.length > 0);
      soon.abort();
      expect((await first).code).toBe('ABORTED');
      const other = parseName('beta.example');
      const { message } = await ask({ ...question, name: other }, server, never());
      expect(hostsOf(message, other)).toEqual(['10 for-beta.example.']);
    });

    if (over === 'udp' || over === 'both')
      describe('over UDP', () => {
        overUdp(traits, subject);
      });
    if (over === 'tcp' || over === 'both' || over === 'tls')
      describe(over === 'tls' ? 'over TLS' : 'over TCP', () => {
        overTcp(traits, subject);
      });
  });
}
