import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../src/transport/doh-template.ts';
import { serverAt } from '../../src/transport/place.ts';

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

describe('a place of the list', () => {
  const address = '192.0.2.53';
  const dohTemplate = 'https://dns.example:8443/dns-query{?dns}';

  it('is asked at the port of its transport', () => {
    expect(serverAt({ transport: 'udp', address })).toEqual({ address, port: 53 });
    expect(serverAt({ transport: 'tcp', address, port: 5353 })).toEqual({
      ...{ address, port: 5353, over: { transport: 'tcp' } },
    });
    expect(serverAt({ transport: 'tls', address, dotHost: 'dns.example' })).toEqual({
      ...{ address, port: 853, over: { transport: 'tls', host: 'dns.example' } },
    });
    expect(serverAt({ transport: 'https', address, dohTemplate })).toEqual({
      ...{ address, port: 8443, over: { transport: 'https', template: dohTemplate } },
    });
  });

  it('cannot be asked where nobody said whom the certificate has to name', () => {
    expect(() => serverAt({ transport: 'tls', address, dotHost: null })).toThrow(/dotHost/);
    expect(() => serverAt({ transport: 'https', address })).toThrow(/dohTemplate/);
    expect(() => serverAt({ transport: 'https', address, dohTemplate: 'x' })).toThrow(/read/);
  });
});
