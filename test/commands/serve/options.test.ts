import { describe, expect, it } from 'vitest';
import { serveOptions } from '../../../src/commands/serve/options.ts';
import { isFault } from '../../../src/errors.ts';

type Given = Readonly<Record<string, string | boolean | readonly string[]>>;

const of = (options: Given = {}) => serveOptions({ args: [], options });

/** Where the command line is wrong, why, and the remedy. */
function refusal(options: Given): string {
  try {
    of(options);
  } catch (error) {
    if (!isFault(error, 'USAGE')) throw error;
    return `${error.where ?? ''}: ${error.message}; ${error.fix ?? ''}`;
  }
  return 'taken';
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

describe('where a server listens', () => {
  it('is loopback unless said, and only its own names are answered', () => {
    expect(of()).toEqual({
      at: { host: '127.0.0.1', port: 8053 },
      tls: null,
      settings: {
        hosts: loopbackNames,
        ...{ secure: false, proxies: [], fourEyes: false, title: null },
      },
    });
  });

  it.each([
    ['[::1]:80', { host: '::1', port: 80 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['127.9.9.9:8053', { host: '127.9.9.9', port: 8053 }],
    ['[::ffff:127.0.0.1]:8053', { host: '::ffff:127.0.0.1', port: 8053 }],
  ])('may be %s', (listen, at) => {
    expect(of({ listen }).at).toEqual(at);
  });

  it.each([
    '8053',
    '127.0.0.1',
    '::1:8053',
    '[127.0.0.1]:80',
    'example.org:80',
    ':8053',
    '1.2.3:80',
  ])('may not be %s', listen => {
    expect(refusal({ listen })).toMatch(/^--listen: .*127\.0\.0\.1:8053/);
  });

  it('may not be a port that does not exist', () => {
    expect(refusal({ listen: '127.0.0.1:65536' })).toMatch(/there is no port 65536/);
  });
});

describe('beyond loopback', () => {
  it.each(['0.0.0.0:8053', '[::]:8053', '192.0.2.1:8053', '[2001:db8::1]:8053', '128.0.0.1:80'])(
    '%s needs TLS or a proxy, and says so',
    listen => {
      expect(refusal({ listen })).toMatch(/no TLS; add --tls-cert.*--behind-proxy.*127\.0\.0\.1$/);
      expect(refusal({ listen, tlsCert: 'c', tlsKey: 'k' })).toBe('taken');
      expect(refusal({ listen, behindProxy: ['10.0.0.0/24'] })).toBe('taken');
    },
  );

  it('answers to the address and the names that were given, in lower case', () => {
    const tls = { tlsCert: 'c', tlsKey: 'k' };
    expect(of({ listen: '192.0.2.1:443', ...tls }).settings.hosts).toEqual([
      ...loopbackNames,
      '192.0.2.1',
    ]);
    const { settings } = of({
      listen: '[::]:443',
      host: ['Cutover.Example.org', 'b:8443'],
      ...tls,
    });
    expect(settings.hosts).toEqual([...loopbackNames, 'cutover.example.org', 'b:8443']);
    expect(settings.secure).toBe(true);
  });

  it('needs both files of TLS', () => {
    expect(refusal({ tlsCert: 'c' })).toMatch(/^--tls-key: .*name both/);
    expect(refusal({ tlsKey: 'k' })).toMatch(/^--tls-cert: .*name both/);
  });
});

it.each(['', 'proxy', '10.0.0.0/33', '::1/129', '10.0.0.1/', '0.0.0.0/0', '::/0', '10.0.0.1/8/8'])(
  'the proxy may not be %s',
  text => {
    expect(refusal({ behindProxy: [text] })).toMatch(/^--behind-proxy: .*10\.0\.0\.0\/24$/);
  },
);

it('a proxy has TLS', () => {
  const { settings } = of({ behindProxy: ['127.0.0.1', 'fd00::/8'] });
  expect(settings).toMatchObject({ secure: true, proxies: ['127.0.0.1', 'fd00::/8'] });
});

it.each(['', 'a b', 'https://a', 'a/b', '*', '[::1', 'ä.example', '-a', 'a\r\nb'])(
  'a host may not be %j',
  text => {
    expect(refusal({ host: [text] })).toMatch(/^--host: /);
  },
);

it('the title is one line that fits', () => {
  expect(of({ title: ' Ops ', fourEyes: true }).settings).toMatchObject({
    ...{ title: 'Ops', fourEyes: true },
  });
  for (const title of ['', 'a\nb', 'x'.repeat(81)]) expect(refusal({ title })).toMatch(/^--title/);
});
