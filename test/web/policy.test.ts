import { type IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { setDefaultCACertificates, getCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { type PolicyFetched } from '../../src/mail/probe.ts';
import { readStsBody } from '../../src/mail/sts-policy.ts';
import { fetchPolicy } from '../../src/web/policy.ts';
import { authority, selfSigned } from '../support/certificates.ts';

const host = parseName('mta-sts.example.org');
const path = '/.well-known/mta-sts.txt';
const body = (mode: string, mx = 'mx1.new.example'): string =>
  `version: STSv1\r\nmode: ${mode}\r\nmx: ${mx}\r\nmax_age: 86400\r\n`;

/** What the server at each name of a certificate says; the test changes it. */
let says: { status: number; type: string; text: string; extra?: Record<string, string> };
let asked: { url: string | undefined; host: string | undefined }[] = [];
const right = authority();
const before = getCACertificates('default');
const servers: Server[] = [];

async function serve(identity: { cert: string; key: string }): Promise<number> {
  const server = createServer(identity, (request, response) => {
    asked.push({ url: request.url, host: request.headers.host });
    response.writeHead(says.status, { 'content-type': says.type, ...says.extra });
    response.end(says.text);
  });
  servers.push(server);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

let ports: Record<'right' | 'expired' | 'wrong' | 'self', number>;
beforeAll(async () => {
  // As NODE_EXTRA_CA_CERTS does at the start of a process.
  setDefaultCACertificates([...before, right.pem]);
  ports = {
    right: await serve(right.issue(['DNS:mta-sts.example.org'])),
    expired: await serve(right.issue(['DNS:mta-sts.example.org'], { expired: true })),
    wrong: await serve(right.issue(['DNS:www.example.org'])),
    self: await serve(selfSigned(['DNS:mta-sts.example.org'])),
  };
});
afterAll(() => {
  setDefaultCACertificates(before);
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const fetched = (port: number): Promise<PolicyFetched> => {
  asked = [];
  return fetchPolicy({ host, address: '127.0.0.1', port }, new AbortController().signal);
};

it.each(['enforce', 'testing', 'none'])('a policy of mode %s comes as it is', async mode => {
  says = { status: 200, type: 'text/plain; charset=utf-8', text: body(mode) };
  const came = await fetched(ports.right);
  expect(came).toEqual({
    ...{ is: 'fetched', address: '127.0.0.1', status: 200 },
    ...{ contentType: 'text/plain; charset=utf-8', body: body(mode) },
  });
  expect(asked).toEqual([{ url: path, host: 'mta-sts.example.org' }]);
  expect(readStsBody(came.is === 'fetched' ? came.body : '')).toMatchObject({ policy: { mode } });
});

it('a redirect is not followed, and of other answers nothing is read', async () => {
  const extra = { location: `https://mta-sts.example.org:${ports.right}/elsewhere` };
  says = { status: 301, type: 'text/plain', text: body('enforce'), extra };
  expect(await fetched(ports.right)).toMatchObject({ is: 'fetched', status: 301, body: '' });
  expect(asked).toHaveLength(1);
  says = { status: 404, type: 'text/html', text: '<h1>nothing</h1>' };
  expect(await fetched(ports.right)).toMatchObject({ status: 404, body: '' });
  says = { status: 200, type: 'text/html', text: '<h1>anything</h1>' };
  expect(await fetched(ports.right)).toMatchObject({ status: 200, contentType: 'text/html' });
});

it('64 KiB are read and no more', async () => {
  says = { status: 200, type: 'text/plain', text: 'x'.repeat(65_536) };
  expect(await fetched(ports.right)).toMatchObject({ is: 'fetched' });
  says = { status: 200, type: 'text/plain', text: 'x'.repeat(1_000_000) };
  expect(await fetched(ports.right)).toEqual({
    ...{ is: 'failed', by: 'size', why: 'it is longer than 64 KiB' },
  });
});

it('whoever turns to another protocol has given no policy, and keeps nobody waiting', async () => {
  const port = await serve(right.issue(['DNS:mta-sts.example.org']));
  servers
    .at(-1)
    ?.removeAllListeners('request')
    .on('request', ({ socket }: IncomingMessage) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    });
  expect(await fetched(port)).toEqual({
    ...{ is: 'failed', by: 'http', why: 'what it answers is no HTTP' },
  });
});

it.each([
  ['expired', 'has expired'],
  ['wrong', 'for another name'],
  ['self', 'self-signed'],
] as const)('a certificate that is %s: nothing is asked of that server', async (which, why) => {
  says = { status: 200, type: 'text/plain', text: body('enforce') };
  const came = await fetched(ports[which]);
  expect(came).toMatchObject({ is: 'failed', by: 'tls' });
  expect(came.is === 'failed' ? came.why : '').toContain(why);
  expect(asked).toEqual([]);
});

it('nobody there is told apart from a certificate, and whoever gives up is told so', async () => {
  const port = await serve(right.issue(['DNS:mta-sts.example.org']));
  const last = servers.at(-1);
  await new Promise(done => last?.close(done));
  expect(await fetched(port)).toEqual({
    ...{ is: 'failed', by: 'connect', why: 'the connection is refused' },
  });
  const at = { host, address: '127.0.0.1', port: ports.right };
  await expect(fetchPolicy(at, AbortSignal.abort())).rejects.toMatchObject({ code: 'ABORTED' });
});
