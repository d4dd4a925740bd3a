import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../src/transport/doh-template.ts';
import { serverTo, type Told, waysOf } from '../../src/transport/place.ts';

describe('a template of DNS over HTTPS', () => {
  it.each([
    ['https://dns.example/dns-query{?dns}', 'dns.example', 443, '/dns-query', '/dns-query?dns='],
    ['https://DNS.example:8443/{?dns}', 'dns.example:8443', 8443, '/', '/?dns='],
    ['https://dns.example/q?a=b{&dns}', 'dns.example', 443, '/q?a=b', '/q?a=b&dns='],
    ['https://dns.example/dns-query', 'dns.example', 443, '/dns-query', null],
    ['https://dns.example', 'dns.example', 443, '/', null],
    ['https://192.0.2.53/d{?dns}', '192.0.2.53', 443, '/d', '/d?dns='],
    ['https://[2001:DB8:0::53]:444/d{?dns}', '[2001:db8::53]:444', 444, '/d', '/d?dns='],
  ])('%s', (...[text, authority, port, path, get]) => {
    expect(readTemplate(text)).toMatchObject({ authority, port, path, get });
  });

  it.each([
    ...['', 'dns.example', 'http://dns.example/dns-query{?dns}', 'https://'],
    ...['https://user@dns.example/', 'https://dns.example:0/', 'https://dns.example:70000/'],
    ...['https://dns.example/{?name}', 'https://dns.example/{dns}', 'https://dns.example/{?dns}x'],
    ...['https://dns.example/a b', 'https://dns.example/\r\nx: y', 'https://dns.example/#x'],
    ...['https://1.2.3/', 'https://a..b/', 'https://[::1/', 'https://[1.2.3.4]/', 'https://-a/'],
    `https://dns.example/${'a'.repeat(500)}`,
  ])('is not %j', text => {
    expect(readTemplate(text)).toBeNull();
  });
});

describe('a row of a list', () => {
  const dohTemplate = 'https://dns.example:8443/dns-query{?dns}';
  const row: Told = {
    ...{ transports: ['udp', 'tcp', 'tls', 'https'], port: 53, dotPort: null },
    ...{ dotHost: 'dns.example', dohTemplate },
  };
  const tls = { port: 853, over: { transport: 'tls', host: 'dns.example' } } as const;
  const https = { port: 8443, over: { transport: 'https', template: dohTemplate } } as const;
  const ways = (...transports: Told['transports']) => waysOf({ ...row, transports });

  it('is asked in its order, with TCP behind UDP', () => {
    expect(waysOf(row)).toEqual([{ port: 53 }, tls, https]);
    expect(ways('https', 'tls', 'tcp', 'udp', 'tls')).toEqual([
      ...[https, tls, { port: 53, over: { transport: 'tcp' } }, { port: 53 }],
    ]);
    expect(waysOf({ ...row, transports: ['tcp', 'tls'], port: 5353, dotPort: 8853 })).toEqual([
      { port: 5353, over: { transport: 'tcp' } },
      { ...tls, port: 8853 },
    ]);
  });

  it('is not asked where nobody said whom the certificate has to name', () => {
    expect(waysOf({ ...row, dotHost: null, dohTemplate: null })).toEqual([{ port: 53 }]);
    expect(waysOf({ ...row, dohTemplate: 'https://dns.example/{name}' })).toHaveLength(2);
  });

  it('is asked at the addresses that it names', () => {
    const address = '192.0.2.53';
    expect(serverTo({ port: 53 }, address)).toEqual({ address, port: 53 });
    expect(serverTo(https, address)).toEqual({ address, ...https });
  });
});
