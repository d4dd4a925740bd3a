import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { secureResolver } from '../../../src/commands/propagation/secure.ts';
import { chooseResolvers } from '../../../src/commands/propagation/whom.ts';
import { loadResolvers } from '../../../src/config/resolvers.ts';
import { isFault } from '../../../src/errors.ts';
import { decodeMessage, encodeResponse } from '../../../src/dns/wire.ts';
import { authority, type Identity, selfSigned } from '../../support/certificates.ts';
import { nastyHttps, type AskedHttps } from '../../support/nasty-https.ts';
import { frame, nasty } from '../../support/nasty.ts';
import { authoritative, mx } from '../answering.ts';
import { said } from '../said.ts';

const newMx = '10 mx1.newhost.example';
const trusted = authority();
const rightful = trusted.issue(['DNS:dns.example', 'IP:127.0.0.1']);
const usual = getCACertificates('default');
beforeAll(() => {
  setDefaultCACertificates([...usual, trusted.pem]);
});
afterAll(() => {
  setDefaultCACertificates(usual);
});

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ending.splice(0).map(end => end()));
});

const answerTo = (query: Uint8Array): Uint8Array =>
  encodeResponse({ query: decodeMessage(query), answer: [mx(120, `${newMx}.`)] });

async function overTls(tls: Identity): Promise<number> {
  const server = await nasty({
    tcp: (query, socket) => socket.write(frame(answerTo(query))),
    tls,
  });
  ending.push(() => server.stop());
  return server.port;
}

async function overHttps(answer: (asked: AskedHttps) => void): Promise<number> {
  const server = await nastyHttps(rightful, answer);
  ending.push(() => server.stop());
  return server.port;
}

async function look(...argv: readonly string[]) {
  const server = await authoritative(() => mx(300, `${newMx}.`));
  ending.push(() => server.close());
  return said('propagation', 'example.org', '--expect', newMx, '--authority', server.at, ...argv);
}

interface Shape {
  readonly resolvers: readonly Readonly<Record<string, unknown>>[];
}

describe('propagation asks', () => {
  it('over TLS and over HTTPS', async () => {
    const tls = `tls://127.0.0.1:${await overTls(rightful)}#dns.example`;
    const port = await overHttps(({ query, send }) => {
      send(answerTo(query));
    });
    const https = `https://127.0.0.1:${port}/dns-query`;
    const { code, out, err } = await look(`@${tls}`, `@${https}`, '--json');
    expect(code, err).toBe(0);
    const { resolvers } = JSON.parse(out) as Shape;
    expect(resolvers.map(({ id, transport, verdict }) => [id, transport, verdict])).toEqual(
      expect.arrayContaining([
        [tls, 'tls', 'new'],
        [https, 'https', 'new'],
      ]),
    );
  });

  it('nobody whose certificate does not fit, and says what is wrong', async () => {
    const port = await overTls(selfSigned(['DNS:dns.example']));
    const { code, out, err } = await look(`@tls://127.0.0.1:${port}#dns.example`, '--json');
    expect(code).toBe(69);
    expect(err).toContain('NODE_EXTRA_CA_CERTS');
    const [row] = (JSON.parse(out) as Shape).resolvers;
    expect(row).toMatchObject({ transport: 'tls', verdict: 'silent' });
    expect(row?.['silence']).toContain('self-signed');
  });

  it('no web page, and says that it is one', async () => {
    const port = await overHttps(({ stream }) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' });
      stream.end('<!doctype html>');
    });
    const { code, out } = await look(`@https://127.0.0.1:${port}/`, '--json');
    expect(code).toBe(69);
    expect((JSON.parse(out) as Shape).resolvers[0]?.['silence']).toContain('web page (HTML)');
  });
});

describe('a resolver over TLS or HTTPS', () => {
  const named = async (text: string, found: readonly string[] = []) => {
    const asked: string[] = [];
    const lookUpHost = async (host: string): Promise<readonly string[]> => {
      asked.push(host);
      return found;
    };
    const all = await loadResolvers('core');
    const { addresses, port, over, id, name } = await secureResolver(text, { all, lookUpHost });
    return { addresses, port, over, id, name, asked };
  };
  const tls = (host: string) => ({ transport: 'tls', host });

  it('of the list needs no look-up, by name and by address', async () => {
    const byName = await named('tls://dns.google');
    expect(byName).toMatchObject({ port: 853, over: tls('dns.google'), asked: [] });
    expect(byName.addresses).toContain('8.8.8.8');
    expect(byName.name).toBe('Google Public DNS');
    expect(await named('tls://8.8.4.4')).toMatchObject({
      ...{ addresses: ['8.8.4.4'], over: tls('dns.google'), asked: [] },
    });
    const https = await named('https://dns.google/dns-query');
    expect(https).toMatchObject({ port: 443, asked: [] });
    expect(https.over).toEqual({
      ...{ transport: 'https', template: 'https://dns.google/dns-query{?dns}' },
    });
  });

  it('that only has a name is looked up, and must have an address', async () => {
    expect(await named('tls://dns.corp.example:8853', ['192.0.2.53'])).toMatchObject({
      ...{ addresses: ['192.0.2.53'], port: 8853, over: tls('dns.corp.example') },
      asked: ['dns.corp.example'],
    });
    await expect(named('https://dns.corp.example/q')).rejects.toSatisfy(error =>
      isFault(error, 'UNAVAILABLE'),
    );
  });

  it('may be named by address, of either family, with the name in its certificate', async () => {
    expect(await named('tls://[2001:db8::53]:8853#dns.example')).toMatchObject({
      ...{ addresses: ['2001:db8::53'], port: 8853, over: tls('dns.example'), asked: [] },
    });
    expect(await named('tls://2001:DB8::53')).toMatchObject({
      ...{ addresses: ['2001:db8::53'], port: 853, over: tls('2001:db8::53') },
    });
    expect((await named('https://[2001:db8::53]/q')).addresses).toEqual(['2001:db8::53']);
  });

  it.each([
    ...['tls://', 'tls://a b', 'tls://dns.example:0', 'tls://dns.example:99999', 'tls://x#'],
    ...['tls://1.2.3', 'tls://dns.example/path', 'tls://192.0.2.1#a b', 'https://', 'https://a b/'],
    ...['https://user@dns.example/', 'https://dns.example/{?x}'],
  ])('is not %j', async text => {
    const { code, err } = await said('propagation', 'example.org', `@${text}`);
    expect(code, err).toBe(64);
    expect(err).toMatch(/^ {2}fix {4}write @(?:tls|https):\/\//m);
  });
});

describe('a host as a resolver', () => {
  const named = (text: string, found: readonly string[]) =>
    chooseResolvers('core', [text], async () => found);

  it('is asked at its addresses, as what the list knows of them', async () => {
    const [one] = await named('resolver.example', ['9.9.9.9', '2620:fe::fe']);
    expect(one).toMatchObject({
      ...{ id: 'resolver.example', name: 'Quad9 9.9.9.9 (secured)', port: 53, anycast: true },
      addresses: ['9.9.9.9', '2620:fe::fe'],
    });
    const [other] = await named('ns.corp.example', ['192.0.2.53']);
    expect(other).toMatchObject({ name: 'ns.corp.example', weight: 1, country: null });
  });

  it('must have an address', async () => {
    await expect(named('ns.corp.example', [])).rejects.toSatisfy(error =>
      isFault(error, 'UNAVAILABLE'),
    );
  });
});

describe('resolvers test', () => {
  it('asks over TLS as well', async () => {
    const tls = `tls://127.0.0.1:${await overTls(rightful)}#dns.example`;
    const { code, err, out } = await said('resolvers', 'test', `@${tls}`, '--json');
    expect(code, err).toBe(0);
    const { resolvers } = JSON.parse(out) as Shape;
    expect(resolvers).toMatchObject([{ id: tls, transport: 'tls', rcode: 'NOERROR' }]);
  });

  it('says what is no server of it', async () => {
    const { code, err } = await said('resolvers', 'test', '@tls://');
    expect(code, err).toBe(64);
  });
});
