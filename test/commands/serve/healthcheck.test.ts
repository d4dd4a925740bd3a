import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { whyNotReady } from '../../../src/commands/serve/healthcheck.ts';
import { authority } from '../../support/certificates.ts';

const right = authority();
const before = getCACertificates('default');
beforeAll(() => {
  // As NODE_EXTRA_CA_CERTS does at the start of a process.
  setDefaultCACertificates([...before, right.pem]);
});
afterAll(() => {
  setDefaultCACertificates(before);
});

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

const ready: RequestListener = ({ url }, answer) => {
  answer.writeHead(url === '/readyz' ? 200 : 503).end();
};

it('asks this machine, whatever its name; a stream that never ends is no trouble', async () => {
  const port = await listening(createServer(ready));
  expect(await whyNotReady(`http://127.0.0.1:${port}/readyz`)).toBe(null);
  expect(await whyNotReady(`http://cutover.example.org:${port}/readyz`)).toBe(null);
  expect(await whyNotReady(`http://127.0.0.1:${port}/other`)).toBe('HTTP 503');
  const endless = await listening(createServer((_, answer) => void answer.write(': beat\n\n')));
  expect(await whyNotReady(`http://127.0.0.1:${endless}/`)).toBe(null);
});

it('verifies the certificate for the name that people use', async () => {
  const port = await listening(createSecure(right.issue(['DNS:cutover.example.org']), ready));
  expect(await whyNotReady(`https://cutover.example.org:${port}/readyz`)).toBe(null);
  expect(await whyNotReady(`https://other.example.org:${port}/readyz`)).toContain('altnames');
  expect(await whyNotReady(`http://cutover.example.org:${port}/readyz`)).not.toBe(null);
});

it('says why where nobody answers, or nobody could', async () => {
  expect(await whyNotReady('http://127.0.0.1:1/')).toContain('ECONNREFUSED');
  for (const text of ['', 'cutover.example.org', 'ftp://127.0.0.1/'])
    expect(await whyNotReady(text)).toContain('DNS_CUTOVER_HEALTH_URL');
});
