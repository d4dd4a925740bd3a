import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { sendHeartbeat } from '../../src/web/heartbeat.ts';

/** A real web server until the end of the test; gives its address. */
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const at = server.address();
  return `http://127.0.0.1:${String(at !== null && typeof at === 'object' ? at.port : 0)}/beat`;
}

const never = new AbortController().signal;

test('it calls the address once, and is content with any 2xx', async () => {
  const asked: string[] = [];
  const url = await served(({ method, url: path, headers }, answer) => {
    asked.push(`${String(method)} ${String(path)} ${String(headers['user-agent'])}`);
    answer.writeHead(204).end();
  });
  await sendHeartbeat(url, never);
  expect(asked).toEqual(['GET /beat dns-cutover']);
});

test('a redirect is not followed, and no other status is content', async () => {
  const asked: string[] = [];
  const url = await served(({ url: path }, answer) => {
    asked.push(String(path));
    answer.writeHead(302, { location: '/elsewhere' }).end();
  });
  await expect(sendHeartbeat(url, never)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'the heartbeat was not taken: HTTP 302, a redirect, which is not followed',
  });
  expect(asked).toEqual(['/beat']);
  const broken = await served((_, answer) => answer.writeHead(500).end('\u001b[31mred'));
  await expect(sendHeartbeat(broken, never)).rejects.toThrow(
    'the heartbeat was not taken: HTTP 500',
  );
});

test('nobody there, and a stop while it is under way', async () => {
  const url = await served(() => undefined);
  const stop = new AbortController();
  const sending = sendHeartbeat(url, stop.signal);
  stop.abort();
  await expect(sending).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(sendHeartbeat('http://127.0.0.1:1/', never)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    where: '127.0.0.1:1',
  });
});
