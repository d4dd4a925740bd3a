import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authority, type Identity } from '../../support/certificates.ts';
import { said } from '../said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-own-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
const file = join(home, 'mine.json');
const write = (value: unknown) => {
  writeFileSync(file, JSON.stringify(value));
};
const read = (from = file): unknown => JSON.parse(readFileSync(from, 'utf8'));
const row = (id: string, address: string) => ({ id, addresses: [address] });

beforeEach(() => {
  for (const name of readdirSync(home)) rmSync(join(home, name));
});

describe('resolvers add', () => {
  const add = (...more: readonly string[]) => said('resolvers', 'add', ...more);

  it('makes a list, and adds to it', async () => {
    const made = await add('a', file, '--address', '10.0.0.1', '--address', 'fd00::1');
    expect(made.code, made.err).toBe(0);
    expect(made.err).toContain('10.0.0.1, a private address (RFC 1918 3)');
    const more = ['--operator', 'us', '--port', '5353', '--country', 'DE', '--json'];
    const { out } = await add('b', file, '--address', '9.9.9.9', ...more);
    expect(JSON.parse(out)).toEqual({ file, added: ['b'], resolvers: 2 });
    expect(read()).toEqual([
      { id: 'a', addresses: ['10.0.0.1', 'fd00::1'] },
      { id: 'b', addresses: ['9.9.9.9'], operator: 'us', country: 'DE', port: 5353 },
    ]);
  });

  it('keeps what else stands in the file', async () => {
    write({ about: 'ours', resolvers: [{ ...row('a', '192.0.2.1'), note: 'old' }] });
    expect((await add('b', file, '--address', '192.0.2.2')).code).toBe(0);
    expect(read()).toEqual({
      about: 'ours',
      resolvers: [{ ...row('a', '192.0.2.1'), note: 'old' }, row('b', '192.0.2.2')],
    });
  });

  it('adds one that is asked over TLS first, and then over HTTPS', async () => {
    const dohTemplate = 'https://dns.example/dns-query{?dns}';
    const more = ['--transport', 'tls', '--transport', 'https', '--dot-host', 'dns.example'];
    const { code, err } = await add(
      ...['a', file, '--address', '9.9.9.9', ...more, '--doh-template', dohTemplate],
    );
    expect(code, err).toBe(0);
    expect(read()).toEqual([
      { ...row('a', '9.9.9.9'), transports: ['tls', 'https'], dotHost: 'dns.example', dohTemplate },
    ]);
  });

  const mistakes: readonly (readonly [string, readonly string[], number, string])[] = [
    [
      'one whose certificate could name anybody',
      ...([
        ['b', '--address', '192.0.2.9', '--transport', 'tls'],
        65,
        'tls without dotHost',
      ] as const),
    ],
    [
      'a transport that is none',
      ...([['b', '--address', '192.0.2.9', '--transport', 'quic'], 65, 'udp, tcp, tls'] as const),
    ],
    ['an id that is there', ['a', '--address', '192.0.2.9'], 65, 'again'],
    ['an address that is there', ['b', '--address', '192.0.2.1'], 65, 'each address once'],
    ['a name for an address', ['b', '--address', 'dns.example'], 64, 'is not an address'],
    ['where nobody is', ['b', '--address', '224.0.0.1'], 65, 'multicast'],
    ['no address', ['b'], 64, 'add --address'],
    ['an odd id', ['b c', '--address', '192.0.2.9'], 65, 'a short name'],
    ['an odd country', ['b', '--address', '192.0.2.9', '--country', 'xx1'], 65, 'two capital'],
  ];
  it.each(mistakes)('refuses %s, and leaves the list alone', async (_, ...[args, code, words]) => {
    write([row('a', '192.0.2.1')]);
    const before = readFileSync(file, 'utf8');
    const [id = '', ...more] = args;
    const ended = await add(id, file, ...more);
    expect(ended.code, ended.err).toBe(code);
    expect(ended.err).toContain(words);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(home)).toEqual(['mine.json']);
  });

  it('does not write YAML anew, which would lose comments', async () => {
    writeFileSync(file, '# ours\n- id: a\n  addresses: [192.0.2.1]\n');
    const { code, err } = await add('b', file, '--address', '192.0.2.2');
    expect(code).toBe(65);
    expect(err).toContain('only lists in JSON');
  });
});

describe('resolvers remove', () => {
  const remove = (id: string) => said('resolvers', 'remove', id, file);

  it('removes a row', async () => {
    write([row('a', '192.0.2.1'), row('b', '192.0.2.2')]);
    const { code, out } = await remove('a');
    expect(code).toBe(0);
    expect(out).toContain('removed a');
    expect(read()).toEqual([row('b', '192.0.2.2')]);
  });

  it('says whom the list has, and does not empty it', async () => {
    write([row('berlin', '192.0.2.1')]);
    expect((await remove('berlni')).err).toContain('did you mean berlin?');
    const last = await remove('berlin');
    expect(last.code).toBe(64);
    expect(last.err).toContain('delete the file');
    expect(read()).toEqual([row('berlin', '192.0.2.1')]);
  });
});

describe('resolvers update', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });
  async function serving(answer: RequestListener, tls: Identity | null = null): Promise<string> {
    const server = tls === null ? createServer(answer) : createSecureServer({ ...tls }, answer);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    return `${tls === null ? 'http' : 'https'}://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  }
  const list = [row('b', '9.9.9.9'), row('c', '8.8.8.8')];
  const update = (from: string, ...more: readonly string[]) =>
    said('resolvers', 'update', '--from', from, '--to', file, ...more);

  it('replaces a list by another, and tells what is new in it', async () => {
    write([row('a', '192.0.2.1'), row('b', '192.0.2.2')]);
    const from = join(home, 'new.json');
    writeFileSync(from, JSON.stringify({ about: 'new', resolvers: list }));
    const told = { added: ['c'], removed: ['a'], changed: ['b'] };
    const { code, out, err } = await update(from, '--json');
    expect(code, err).toBe(0);
    expect(JSON.parse(out)).toEqual({ from, file, resolvers: 2, ...told });
    expect(read()).toEqual({ about: 'new', resolvers: list });
    expect((await update(from)).out).toContain('nothing changed');
  });

  it('takes it from a URL, also behind a redirect within the host', async () => {
    const at = await serving((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.end(JSON.stringify(list));
    });
    const { code, out, err } = await update(`${at}/old`);
    expect(code, err).toBe(0);
    expect(out).toContain('2 added: b and c');
    expect(read()).toEqual(list);
  });

  const answers: readonly (readonly [string, RequestListener, number, string])[] = [
    ['an error', (_, to) => void to.writeHead(404).end(), 69, 'answered 404'],
    [
      'another host',
      (_, to) => void to.writeHead(301, { location: 'https://other.example/x' }).end(),
      ...([64, 'redirects to https://other.example'] as const),
    ],
    [
      'a circle',
      (_, to) => void to.writeHead(302, { location: '/again' }).end(),
      ...([64, 'redirects without end'] as const),
    ],
    [
      'a web page',
      (_, to) => void to.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      ...([64, 'a web page'] as const),
    ],
    ['junk', (_, to) => void to.end('junk '.repeat(200_000)), 65, 'a list of 1 to 10,000'],
    ['too much', (_, to) => void to.end(' '.repeat(5_000_000)), 64, 'larger than'],
    ['no text', (_, to) => void to.end(Buffer.from([0xff, 0xfe, 0x80])), 64, 'not UTF-8'],
    ['nothing', (_, to) => void to.end(), 65, 'an empty file'],
    ['a torn connection', (_, to) => void to.destroy(), 69, 'could not be fetched'],
    [
      'a wrong row',
      (_, to) => void to.end('[{"id": "a", "addresses": ["x"]}]'),
      ...([65, ':1:'] as const),
    ],
  ];
  it.each(answers)(
    'leaves what there is alone when it gets %s',
    async (_, ...[answer, code, words]) => {
      write([row('a', '192.0.2.1')]);
      const ended = await update(`${await serving(answer)}/list.json`);
      expect(ended.code, ended.err).toBe(code);
      expect(ended.err.replaceAll(/\s+/g, ' ')).toContain(words);
      expect(read()).toEqual([row('a', '192.0.2.1')]);
      expect(readdirSync(home)).toEqual(['mine.json']);
    },
  );

  describe('over HTTPS', () => {
    const ca = authority();
    const before = getCACertificates('default');
    afterEach(() => {
      setDefaultCACertificates(before);
    });
    const secure = async (names: readonly string[], answer: RequestListener): Promise<string> => {
      const url = await serving(answer, ca.issue(names));
      return `${url}/list.json`;
    };
    const whole: RequestListener = (_, to) => void to.end(JSON.stringify(list));

    it('takes the list from who proves to be the host', async () => {
      setDefaultCACertificates([...before, ca.pem]);
      const url = await secure(['IP:127.0.0.1'], whole);
      expect(url).toMatch(/^https:/);
      const { code, err } = await update(url);
      expect(code, err).toBe(0);
      expect(read()).toEqual(list);
    });

    it('does not leave it for HTTP, wherever it is sent', async () => {
      setDefaultCACertificates([...before, ca.pem]);
      const plain = await serving(whole);
      const url = await secure(['IP:127.0.0.1'], (_, to) => {
        to.writeHead(302, { location: plain }).end();
      });
      const { code, err } = await update(url);
      expect(code).toBe(64);
      expect(err).toContain(`redirects to ${plain}`);
    });

    it('says what is wrong with a certificate, and takes nothing', async () => {
      const stranger = await update(await secure(['IP:127.0.0.1'], whole));
      expect(stranger.code).toBe(69);
      expect(stranger.err.replaceAll(/[\s|]+/g, ' ')).toContain(
        'authority that is not trusted here',
      );
      expect(stranger.err).toContain('NODE_EXTRA_CA_CERTS');
      setDefaultCACertificates([...before, ca.pem]);
      const other = await update(await secure(['DNS:other.example'], whole));
      expect(other.code).toBe(69);
      expect(other.err.replaceAll(/[\s|]+/g, ' ')).toContain(
        'not for 127.0.0.1 but for other.example',
      );
      expect(readdirSync(home)).toEqual([]);
    });
  });

  it.each([
    ['http://resolvers.example/list.json', 'is not https'],
    ['http://127.0.0.1.resolvers.example/', 'is not https'],
    ['ftp://127.0.0.1/list.json', 'is not https'],
    ['https://user:secret@resolvers.example/', 'a user name or a password'],
  ])('asks nobody at %s', async (from, words) => {
    const { code, err } = await update(from);
    expect(code).toBe(64);
    expect(err).toContain(words);
    expect(err).not.toContain('secret');
  });

  it('wants to be told from where', async () => {
    const { code, err } = await said('resolvers', 'update');
    expect(code).toBe(64);
    expect(err).toContain('--from');
  });
});
