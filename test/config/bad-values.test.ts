import { describe } from 'vitest';
import { badTtls, ttlRange } from './bad-ttls.ts';
import { around, cutover, records } from './load.ts';
import { refused } from './refused.ts';

const digest = 'ab'.repeat(32);
const anchor = (text: string): string => cutover(`authority: { trustAnchors: ['${text}'] }`);

describe('cutovers among each other', () => {
  const other = (domain: string, entry: string): string =>
    `${cutover('')}  - { domain: ${domain}, provider: onprem, records: [${entry}] }\n`;
  refused([
    [
      'one domain twice',
      other('EXAMPLE.org.', "{ name: '@', type: TXT, set: [x] }"),
      '7:15',
      'a second time (first at',
    ],
    [
      'one RRset in two cutovers',
      `${records("{ name: sub, type: MX, set: ['0 mx.new.example'] }")}  - { domain: sub.example.org, provider: onprem, records: [{ name: '@', type: MX, absent: true }] }\n`,
      '8:60',
      'which the cutover of example.org writes as well',
    ],
    [
      'steps of one name',
      around(`domain: example.org
provider: onprem
steps:
  - { name: a, records: [{ name: '@', type: MX, absent: true }] }
  - { name: a, records: [{ name: '@', type: MX, absent: true }] }`),
      '8:17',
      'another name',
    ],
    [
      'a step with the name of a position',
      around(`domain: example.org
provider: onprem
steps:
  - { name: final, records: [{ name: '@', type: MX, absent: true }] }`),
      '7:17',
      'another name',
    ],
  ]);
});

describe('what stands in checks.smtp, which is a map or off', () => {
  const smtp = (text: string): string => cutover(`checks: { smtp: { ${text} } }`);
  refused([
    ['a port of none', smtp('port: 0'), '7:29', '0', 'from 1 to 65535'],
    ['an address in brackets', smtp("recipients: ['<a@example.org>']"), '7:36', 'a mail address'],
    ['no address', smtp("recipients: [postmaster@example.org, 'anna']"), '7:60', 'a mail address'],
    [
      'a line end in one',
      smtp('recipients: ["a@example.org\\r\\nDATA"]'),
      '7:36',
      'a mail address',
    ],
    ['a duration below zero', smtp('every: -3s'), '7:30', '"-3s"', 'a duration'],
    ['a name of one label', smtp('helo: mail'), '7:29', '"mail"', 'a whole host name'],
    ['an address as a name', smtp('helo: 192.0.2.1'), '7:29', 'a whole host name'],
    ['a line end in a name', smtp('helo: "a.example\\r\\nQUIT"'), '7:29', 'a whole host name'],
    ['a final dot', smtp('helo: mail.example.org.'), '7:29', 'without a final dot'],
    ['an unknown key', smtp('recipient: [a@example.org]'), '7:23', 'Did you mean recipients?'],
    ['neither of both', cutover('checks: { smtp: on }'), '7:21', 'or off'],
  ]);
});

describe('TTLs and durations', () => {
  const low = (value: string): string => cutover(`ttl: { low: ${value} }`);
  refused(badTtls.map(([written, quoted]) => [written, low(written), '7:17', quoted, ttlRange]));
  refused([
    ['0s', low('0s'), '7:17', '"0s"'],
    ['a TTL of a thousand years', low('365000d'), '7:17', '"365000d"'],
    [
      'a final TTL below the low one',
      cutover('ttl: { final: 60 }'),
      '7:19',
      'at least the low TTL',
    ],
    ['a margin below zero', cutover('ttl: { margin: -5 }'), '7:20', 'a duration'],
    ['a margin of two years', cutover('ttl: { margin: 730d }'), '7:20', '365d'],
    ['a rollback after 0', cutover('rollback: { automatic: 0 }'), '7:28', 'from 1s'],
    ['a target of 101', cutover('watch: { target: 101 }'), '7:22', 'up to 100'],
    [
      'a history to come',
      cutover('ttl: { history: { longest: 1d, until: 2026-12-01T00:00:00Z } }'),
      '7:43',
      'in the past',
    ],
  ]);
});

describe('schedules', () => {
  const berlin = (keys: string): string =>
    cutover(`schedule: { timeZone: Europe/Berlin, ${keys} }`);
  refused([
    ['no time', berlin('swapFrom: tomorrow'), '7:52', '"tomorrow"', '2026-12-05T06:00:00'],
    ['the 30th of February', berlin('swapFrom: 2027-02-30T06:00:00'), '7:52', 'no calendar'],
    ['a time that does not exist', berlin('swapFrom: 2027-03-28T02:30:00'), '7:52', '03:00:00'],
    [
      'a time that comes twice',
      berlin('swapFrom: 2027-10-31T02:30:00'),
      '7:52',
      '+02:00 or',
      '+01:00',
    ],
    [
      'an unknown zone',
      cutover('schedule: { timeZone: Europe/Berlinn }'),
      '7:27',
      'Did you mean Europe/Berlin?',
    ],
    ['a city', cutover('schedule: { timeZone: Berlin }'), '7:27', 'Did you mean Europe/Berlin?'],
    [
      'an end before the start',
      berlin('swapFrom: 2026-12-05T08:00:00, swapUntil: 2026-12-05T06:00:00'),
      '7:84',
      'after swapFrom',
    ],
    [
      'a window shorter than the plan',
      berlin('swapFrom: 2026-12-05T08:00:00, swapUntil: 2026-12-05T08:10:00'),
      '7:84',
      'a window of 10m',
      'at least 16m',
      'lag',
    ],
    [
      'a freeze over all of it',
      berlin(
        "swapFrom: 2026-12-05T06:00:00, swapUntil: 2026-12-05T08:00:00, freeze: [{ from: '2026-12-05T05:00', until: '2026-12-05T07:50' }]",
      ),
      '7:113',
      'no room',
    ],
    [
      'a freeze that ends first',
      berlin("freeze: [{ from: '2026-12-05T05:00', until: '2026-12-05T04:50' }]"),
      '7:86',
      'a time after',
    ],
  ]);
});

describe('providers and servers', () => {
  const provider = (entry: string): string => `providers:\n  a: ${entry}\ncutovers: []\n`;
  const key = 'key: { name: k, algorithm: hmac-sha256, secretFile: s }';
  refused([
    [
      'an unknown provider',
      cutover('').replace('provider: onprem', 'provider: onprm'),
      '5:15',
      '"onprm"',
      'onprem',
      'Did you mean onprem?',
    ],
    [
      'an unknown type',
      provider('{ type: rfc2163 }'),
      '2:14',
      '"rfc2163"',
      'Did you mean rfc2136?',
    ],
    ['no type', provider('{ server: 192.0.2.53 }'), '2:6', 'without type'],
    [
      'a server with a port',
      provider(`{ type: rfc2136, server: '192.0.2.53:53', ${key} }`),
      '2:31',
      'the port has its own key',
    ],
    ['an address that is none', provider(`{ type: rfc2136, server: 192.0.2.256, ${key} }`), '2:31'],
    [
      'an old algorithm',
      provider(
        '{ type: rfc2136, server: a.example, key: { name: k, algorithm: hmac-md5, secretFile: s } }',
      ),
      '2:69',
      'hmac-sha256',
    ],
    [
      'a port of 70000',
      provider(`{ type: rfc2136, server: a.example, port: 70000, ${key} }`),
      '2:48',
      '65535',
    ],
    [
      'a key in the file itself',
      provider(
        '{ type: rfc2136, server: a.example, key: { name: k, algorithm: hmac-sha256, secret: aa } }',
      ),
      '2:82',
      '"secret"',
    ],
    [
      'a provider name with blanks',
      "providers:\n  'a b': { type: rfc2136 }\ncutovers: []\n",
      '2:3',
      '"a b"',
    ],
    ['a name as authority', cutover('authority: { add: [ns.example.org] }'), '7:24', 'address'],
    [
      'a server twice',
      cutover("authority: { add: [192.0.2.1, '192.0.2.1:53'] }"),
      '7:35',
      'each server once',
    ],
    [
      'add and replace',
      cutover('authority: { add: [192.0.2.1], replace: [192.0.2.2] }'),
      '7:23',
      'add together with replace',
    ],
    ['an odd trust anchor', cutover('authority: { trustAnchors: [abc] }'), '7:33', 'a DS record'],
    [
      'the trust anchor of another',
      anchor(`example.net. DS 1 13 2 ${digest}`),
      '7:33',
      'example.net',
    ],
    ['a trust anchor of SHA-1', anchor(`example.org. DS 1 13 1 ${digest}`), '7:33', 'SHA-256'],
    ['a trust anchor cut short', anchor('example.org. DS 1 13 2 abcd'), '7:33', '2 octets'],
    ['a trust anchor of RSASHA1', anchor(`. DS 1 5 2 ${digest}`), '7:33', 'RSASHA1 (5)'],
    ['a sentence twice', cutover('attest: [a, b, a]'), '7:20', 'each sentence once'],
    [
      'an acceptance without reason',
      cutover('checks: { accept: [{ id: a-b }] }'),
      '7:24',
      'without reason',
    ],
  ]);
});
