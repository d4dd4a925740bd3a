import { constants } from 'node:http2';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, expect, it, vi } from 'vitest';
import { rrsetFrom } from '../../src/dns/records.ts';
import { limits } from '../../src/limits.ts';
import { sweepAsk } from '../../src/transport/sweep.ts';
import { type AskedHttps } from '../support/nasty-https.ts';
import { faultOf, hostsOf, mxAnswer, name, never, question, truncated } from './replies.ts';
import { named, renewable, rightful, startHttps, trusted } from './subject.ts';

afterEach(() => {
  vi.useRealTimers();
});
const sweep = (timeoutMs = 5000, method: 'GET' | 'POST' = 'GET') =>
  renewable(sweepAsk({ timeoutMs, method, trust: [trusted().pem] }));
const sources = (server: { readonly seen: readonly { readonly port: number }[] }): number =>
  new Set(server.seen.map(({ port }) => port)).size;
const dns = { ':status': 200, 'content-type': 'application/dns-message' };

it('asks by GET with id 0, so that the same question is the same address', async () => {
  const lengths: number[] = [];
  const server = await startHttps(({ query, send }) => {
    lengths.push(query.length);
    send(mxAnswer(query));
  });
  const { ask } = sweep();
  await ask(question, server, never());
  await ask(question, server, never());
  for (const octets of lengths) expect(octets % limits.paddingOctets).toBe(0);
  const [first, second] = server.seen.map(({ headers }) => headers);
  expect(first).toMatchObject({
    ...{ ':method': 'GET', ':authority': `dns.example:${server.port}` },
    accept: 'application/dns-message',
  });
  expect(first?.[':path']).toMatch(/^\/dns-query\?dns=AAAB[\w-]+$/);
  expect(second?.[':path']).toBe(first?.[':path']);
  expect(sources(server)).toBe(1);
});

it('asks by POST when it is told to, and where the template has no place for a question', async () => {
  const server = await startHttps(({ query, send }) => {
    send(mxAnswer(query));
  });
  const bare = `https://dns.example:${server.port}/dns-query`;
  const without = { ...server, over: { transport: 'https', template: bare } } as const;
  await sweep(5000, 'POST').ask(question, server, never());
  await sweep().ask(question, without, never());
  for (const { headers } of server.seen)
    expect(headers).toMatchObject({
      ...{ ':method': 'POST', ':path': '/dns-query', 'content-type': 'application/dns-message' },
    });
  expect(server.seen).toHaveLength(2);
});

const page = '<!doctype html><title>Sign in</title>';
const refusals: Readonly<Record<string, readonly [(asked: AskedHttps) => void, string]>> = {
  'a web page': [
    ({ stream }) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html; charset=utf-8' });
      stream.end(page);
    },
    'the answer is a web page (HTML), no application/dns-message',
  ],
  JSON: [
    ({ stream }) => {
      stream.respond({ ':status': 200, 'content-type': 'application/dns-json' });
      stream.end('{}');
    },
    'the answer is application/dns-json',
  ],
  'no type at all': [
    ({ stream }) => {
      stream.respond({ ':status': 200 });
      stream.end(page);
    },
    'of no type',
  ],
  'a redirect': [
    ({ stream }) => {
      stream.respond(
        { ':status': 302, location: 'https://elsewhere.example/' },
        { endStream: true },
      );
    },
    'redirects (HTTP 302), which is not followed',
  ],
  'a page that is missing': [
    ({ stream }) => {
      stream.respond({ ':status': 404, 'content-type': 'text/html' });
      stream.end(page);
    },
    'HTTP 404, with a web page (HTML)',
  ],
  'an error of its own': [
    ({ stream }) => {
      stream.respond({ ':status': 503 }, { endStream: true });
    },
    'HTTP 503',
  ],
  'more than a message can hold': [
    ({ stream }) => {
      stream.respond(dns);
      stream.end(Buffer.alloc(limits.tcpReplyOctets + 1));
    },
    'more than 65535 octets',
  ],
  'a truncated reply': [
    ({ query, send }) => {
      send(truncated(query));
    },
    'truncated',
  ],
  'half of the answer': [
    ({ query, stream }) => {
      stream.respond(dns);
      stream.write(mxAnswer(query).subarray(0, 20), () => {
        stream.destroy(new Error('no more of it'));
      });
    },
    'closed before a whole answer came',
  ],
  'half of it and an end': [
    ({ query, send }) => {
      send(mxAnswer(query).subarray(0, 20));
    },
    'malformed',
  ],
  'a reset': [
    ({ stream }) => {
      stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    },
    'closed before a whole answer came',
  ],
  'a reset that says it did not begin': [
    ({ stream }) => {
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
    },
    'refused the question unread',
  ],
  'a broken connection': [
    ({ stream }) => {
      stream.session?.socket.destroy();
    },
    'broke',
  ],
};

it.each(Object.entries(refusals))('takes %s for no answer and says so', async (_, refusal) => {
  const [act, words] = refusal;
  const server = await startHttps(act);
  const fault = await faultOf(sweep().ask(question, server, never()));
  expect(fault.code).toBe('UNAVAILABLE');
  if (words === 'broke') expect(fault.message).toMatch(/clos|broke/);
  else expect(fault.message).toContain(words);
  expect(fault.message).not.toContain('doctype');
});

const date = 'Sat, 21 Nov 2026 10:00:00 GMT';
it.each([
  [{ ':status': 429, 'retry-after': '7' }, 7000],
  [{ ':status': 429 }, limits.pollTooOftenMs],
  [{ ':status': 503, 'retry-after': '0' }, 0],
  [{ ':status': 503 }, undefined],
  [{ ':status': 503, 'retry-after': 'Sat, 21 Nov 2026 10:01:30 GMT', date }, 90_000],
  [{ ':status': 503, 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT', date }, 0],
  [{ ':status': 503, 'retry-after': '999999' }, limits.restMostMs],
  [{ ':status': 503, 'retry-after': 'in a while', date }, undefined],
])('is told by %j to leave it alone for so long', async (headers, ms) => {
  const server = await startHttps(({ stream }) => {
    stream.respond(headers, { endStream: true });
  });
  const fault = await faultOf(sweep().ask(question, server, never()));
  expect([fault.code, fault.retryAfterMs]).toEqual(['UNAVAILABLE', ms]);
  expect(fault.message).toContain(`HTTP ${headers[':status']}`);
});

it('gives up an answer that drips', async () => {
  const server = await startHttps(({ query, stream }) => {
    stream.respond(dns);
    let at = 0;
    const timer = setInterval(() => stream.write(mxAnswer(query).subarray(at, ++at)), 20);
    stream.on('close', () => {
      clearInterval(timer);
    });
  });
  const fault = await faultOf(sweep(150).ask(question, server, never()));
  expect(fault.details).toMatchObject({ timeout: true });
});

it('takes the time in caches of HTTP off the TTLs', async () => {
  const server = await startHttps(({ query, stream }) => {
    stream.respond({ ...dns, age: server.seen.length === 1 ? '15' : '99' });
    stream.end(mxAnswer(query));
  });
  const { ask } = sweep();
  for (const ttl of [5, 0]) {
    const { message } = await ask(question, server, never());
    expect(rrsetFrom(message.answer, { name, type: 'MX' })?.ttl).toBe(ttl);
  }
});

it('goes to a new connection when the server says goodbye, and loses no question by it', async () => {
  const held: AskedHttps[] = [];
  const server = await startHttps(asked => {
    if (server.seen.length === 2) {
      // What is under way is answered yet, as RFC 9113 6.8 has it.
      asked.stream.session?.goaway(constants.NGHTTP2_NO_ERROR, asked.stream.id);
      held.push(asked);
    } else asked.send(mxAnswer(asked.query));
    if (server.seen.length === 3)
      for (const one of held) one.send(mxAnswer(one.query, 'kept.example.'));
  });
  const { ask } = sweep();
  await ask(question, server, never());
  const kept = ask(question, server, never());
  await vi.waitUntil(() => held.length === 1);
  // Until the goodbye came, the old connection is as good as another one.
  await vi.waitUntil(async () => {
    await ask(question, server, never());
    return sources(server) === 2;
  });
  expect(hostsOf((await kept).message)).toEqual(['10 kept.example.']);
  expect(sources(server)).toBe(2);
});

it('asks again when the server ended a connection just then', async () => {
  const server = await startHttps(({ query, stream, send }) => {
    if (server.seen.length === 2) stream.session?.destroy();
    else send(mxAnswer(query));
  });
  const { ask } = sweep();
  await ask(question, server, never());
  expect(hostsOf((await ask(question, server, never())).message)).toHaveLength(1);
  expect(server.seen).toHaveLength(3);
});

it('opens another connection before it loads one with too much', async () => {
  const server = await startHttps(() => undefined);
  const { ask } = sweep(60_000);
  const giveUp = new AbortController();
  const count = limits.secureQuestions;
  const asked = Array.from({ length: count + 5 }, () =>
    faultOf(ask(question, server, giveUp.signal)),
  );
  await vi.waitUntil(() => server.seen.length === count);
  expect(sources(server)).toBe(count / limits.streamsPerConnection);
  giveUp.abort();
  for (const fault of await Promise.all(asked)) expect(fault.code).toBe('ABORTED');
});

it('closes what nobody uses, and all of it when it is closed', async () => {
  const server = await startHttps(({ query, send }) => {
    send(mxAnswer(query));
  });
  const { ask, renew, close } = sweep();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await ask(question, server, never());
  vi.advanceTimersByTime(limits.tcpIdleMs);
  vi.useRealTimers();
  await vi.waitUntil(() => server.connections.size === 0);
  await ask(question, server, never());
  renew();
  await vi.waitUntil(() => server.connections.size === 0);
  await ask(question, server, never());
  expect(sources(server)).toBe(3);
  await close();
  await vi.waitUntil(() => server.connections.size === 0);
});

it('says of a server that it speaks no HTTP/2', async () => {
  const server = createServer({ ...rightful() });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address, port } = server.address() as AddressInfo;
  const fault = await faultOf(sweep().ask(question, named('https', { address, port }), never()));
  expect(fault.message).toContain('does not speak HTTP/2');
  server.close();
});
