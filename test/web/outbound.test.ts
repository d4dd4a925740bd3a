import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { post } from '../../src/web/outbound.ts';
import { authority } from '../support/certificates.ts';

const never = new AbortController().signal;
const right = authority();
const before = getCACertificates('default');
beforeAll(() => {
  setDefaultCACertificates([...before, right.pem]);
});
afterAll(() => {
  setDefaultCACertificates(before);
});

async function listening(server: Server, address = '127.0.0.1'): Promise<number> {
  server.listen(0, address);
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

const to = async (answer: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(answer))}/hook`;

const send = (url: string, lookUp: (host: string) => Promise<readonly string[]> = async () => []) =>
  post(
    { url, headers: { 'x-test': '1' }, body: '{"a":"ü"}' },
    { allowPrivate: true, lookUp },
    never,
  );

test('it sends the body once, and gives back the status and when to come again', async () => {
  const got: string[] = [];
  const url = await to((request, answer) => {
    request.setEncoding('utf8').on('data', (text: string) => got.push(text));
    request.on('end', () => {
      const { 'content-type': type, 'x-test': own, host } = request.headers;
      got.push(`${String(request.method)} ${String(type)} ${String(own)} ${String(host)}`);
      answer.writeHead(503, { 'retry-after': '120' }).end('a secret of the receiver');
    });
  });
  expect(await send(url)).toEqual({ status: 503, retryAfter: '120' });
  expect(got).toEqual(['{"a":"ü"}', `POST application/json 1 ${new URL(url).host}`]);
});

test('a redirect is not followed; an endless answer is read no further than a little', async () => {
  const paths: string[] = [];
  const url = await to(({ url: path }, answer) => {
    paths.push(String(path));
    answer.writeHead(307, { location: '/elsewhere' }).end();
  });
  expect(await send(url)).toEqual({ status: 307, retryAfter: null });
  expect(paths).toEqual(['/hook']);
  let closed = false;
  const endless = await to((_, answer) => {
    answer.writeHead(200);
    const pour = (): void => {
      while (!answer.destroyed && answer.write('x'.repeat(4096)));
    };
    answer.on('drain', pour).on('close', () => {
      closed = true;
    });
    pour();
  });
  expect(await send(endless)).toMatchObject({ status: 200 });
  await expect.poll(() => closed).toBe(true);
});

test('the address that was judged is the one that is called, whatever the name says later', async () => {
  const certificate = right.issue(['DNS:hook.example.org']);
  const called: string[] = [];
  const server = (name: string) =>
    createSecure(certificate, (_, answer) => {
      called.push(name);
      answer.writeHead(204).end();
    });
  const port = await listening(server('good'), '127.0.0.2');
  const inner = server('inner').listen(port, '127.0.0.1');
  await once(inner, 'listening');
  onTestFinished(() => void inner.close());
  let looks = 0;
  const rebinding = async () => [looks++ === 0 ? '127.0.0.2' : '127.0.0.1'];
  const url = `https://hook.example.org:${port}/`;
  expect(await send(url, rebinding)).toMatchObject({ status: 204 });
  expect([looks, called]).toEqual([1, ['good']]);
  // Asked again it is judged again: what leads to this machine by then is refused without a connection.
  const strict = { allowPrivate: false, lookUp: rebinding };
  const again = post({ url: 'https://hook.example.org/', headers: {}, body: '{}' }, strict, never);
  await expect(again).rejects.toMatchObject({ code: 'REFUSED' });
  expect(called).toEqual(['good']);
});

test('a certificate for another name, nobody there, nonsense, and a stop', async () => {
  const other = createSecure(right.issue(['DNS:other.example']), () => undefined);
  const port = await listening(other);
  const here = async () => ['127.0.0.1'];
  await expect(send(`https://hook.example.org:${port}/`, here)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: 'its certificate is for another name',
  });
  await expect(send('http://127.0.0.1:1/')).rejects.toThrow('the connection is refused');
  await expect(send('https://hook.example.org:1/')).rejects.toThrow('has no address');
  const nonsense = await to(request => {
    request.socket.end('\u001b[31mhello\r\n\r\n');
  });
  await expect(send(nonsense)).rejects.toThrow('what it answers is no HTTP');
  const turning = await to(({ socket }) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
  });
  await expect(send(turning)).rejects.toThrow('what it answers is no HTTP');
  const silent = await to(() => undefined);
  const stop = new AbortController();
  const body = { url: silent, headers: {}, body: '{}' };
  const sending = post(body, { allowPrivate: true, lookUp: async () => [] }, stop.signal);
  stop.abort();
  await expect(sending).rejects.toMatchObject({ code: 'ABORTED' });
  const looking = new AbortController();
  const stuck = {
    allowPrivate: true,
    lookUp: () => new Promise<readonly string[]>(() => undefined),
  };
  const lost = post({ ...body, url: 'https://hook.example.org/' }, stuck, looking.signal);
  looking.abort();
  await expect(lost).rejects.toMatchObject({ code: 'ABORTED' });
});
