import { expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import * as replies from './replies.ts';
import { start, type Subject, type Traits } from './subject.ts';

const { answerOverTcp, changed, faultOf, forgeries, hostsOf, mxAnswer, never } = replies;
const { question, truncated } = replies;

/** The name in lower case, as servers send it that lose the case. */
const lowered = (query: Buffer): Uint8Array =>
  changed(query, bytes => {
    for (let at = 12; bytes[at] !== 0; at++) {
      const octet = bytes[at] ?? 0;
      if (octet >= 65 && octet <= 90) bytes[at] = octet | 32;
    }
  });

/** What every transport promises that begins with UDP. */
export function overUdp({ over }: Traits, subject: (timeoutMs?: number) => Subject): void {
  const tcp = over === 'both' ? { tcp: answerOverTcp } : {};

  it.each(Object.entries(forgeries))('does not hear %s', async (_, forge) => {
    const server = await start({
      udp: (query, { send }) => {
        send(forge(query));
        setTimeout(send, 20, mxAnswer(query));
      },
    });
    const reply = await subject(5000).ask(question, server, never());
    expect(reply.transport).toBe('udp');
    expect(hostsOf(reply.message)).toHaveLength(1);
    expect(server.seen).toHaveLength(1);
  });

  it('does not hear a right answer from a wrong source', async () => {
    const server = await start({
      udp: (query, { send, sendFromElsewhere }) => {
        sendFromElsewhere(mxAnswer(query, 'forged.example.'));
        setTimeout(send, 20, mxAnswer(query));
      },
    });
    const reply = await subject(5000).ask(question, server, never());
    expect(hostsOf(reply.message)).toEqual(['10 mx1.oldhost.example.']);
  });

  it('takes a late answer to an older id for nothing', async () => {
    const { ask } = subject(300);
    const queries: Buffer[] = [];
    let answering = false;
    const server = await start({
      udp: (query, { send }) => {
        if (answering) {
          for (const old of queries) send(mxAnswer(old, 'late.example.'));
          send(mxAnswer(query, 'new.example.'));
        } else queries.push(query);
      },
    });
    expect((await faultOf(ask(question, server, never()))).code).toBe('UNAVAILABLE');
    answering = true;
    expect(hostsOf((await ask(question, server, never())).message)).toEqual(['10 new.example.']);
  });

  it('takes a duplicate for nothing', async () => {
    const { ask } = subject();
    let round = 0;
    const before: Uint8Array[] = [];
    const server = await start({
      udp: (query, { send }) => {
        const answer = mxAnswer(query, `mx${++round}.example.`);
        before.push(answer);
        for (const one of [...before, answer]) send(one);
      },
    });
    for (let expected = 1; expected <= 5; expected++) {
      const { message } = await ask(question, server, never());
      expect(hostsOf(message)).toEqual([`10 mx${expected}.example.`]);
    }
  });

  it('trusts no reply that lost the case of the question', async () => {
    const server = await start({
      udp: (query, { send }) => {
        send(lowered(query));
      },
      ...tcp,
    });
    // So many letters are never in lower case by chance.
    const long = parseName(`${'abcdefghijklmnopqrstuvwxyz'.repeat(2)}.example`);
    const asked = subject(5000).ask({ ...question, name: long }, server, never());
    if (over === 'both') expect((await asked).transport).toBe('tcp');
    else expect((await faultOf(asked)).message).toContain('case');
  });

  it('takes a malformed reply for no answer, never for an empty one', async () => {
    const server = await start({
      udp: (query, { send }) => {
        send(mxAnswer(query).subarray(0, -3));
      },
      ...tcp,
    });
    const asked = subject(5000).ask(question, server, never());
    if (over === 'both') expect((await asked).transport).toBe('tcp');
    else expect((await faultOf(asked)).message).toContain('malformed');
  });

  it('sees a truncated reply as one', async () => {
    const server = await start({
      udp: (query, { send }) => {
        send(truncated(query));
      },
      ...tcp,
    });
    const { message, transport } = await subject().ask(question, server, never());
    expect(message.tc).toBe(over === 'udp');
    expect(transport).toBe(over === 'udp' ? 'udp' : 'tcp');
  });
}
