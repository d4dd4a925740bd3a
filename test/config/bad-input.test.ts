import { describe, expect, it } from 'vitest';
import { around, cutover, load, problemsOf, records } from './load.ts';
import { refused } from './refused.ts';

describe('the shape of the file', () => {
  refused([
    ['an unknown key', cutover('ttl: { lo: 300 }'), '7:12', '"lo"', 'Did you mean low?'],
    ['an unknown key at the top', `${cutover('')}webhook: []\n`, '7:1', 'Did you mean webhooks?'],
    ['a key nobody knows', cutover('zzzz: 1'), '7:5', '"zzzz"', 'Remove it'],
    ['a key twice', cutover('claim: on\nclaim: off'), '8:5', '"claim" a second time'],
    [
      'a missing key',
      around('domain: example.org\nrecords: []'),
      '4:5',
      'provider',
      'Add provider',
    ],
    ['a list that is a word', cutover('attest: yes'), '7:13', '"yes"', 'a list'],
    ['a map without anything in it', cutover('schedule:'), '7:5', 'nothing', 'or remove it'],
    ['a word of a few', cutover('claim: true'), '7:12', 'true', 'on or off'],
    ['a number that is text', records("{ name: '@', type: TXT, set: [12] }"), '7:39', "'12'"],
    ['an octal number', cutover('ttl: { low: 010 }'), '7:17', '010', 'Write 10'],
    ['a hexadecimal number', cutover('ttl: { low: 0x10 }'), '7:17', '0x10', 'Write 16'],
    ['no cutovers', 'providers: {}\n', '1:1', 'without cutovers'],
    ['an empty file', '', '1:1', 'nothing', 'providers'],
  ]);
});

describe('YAML', () => {
  refused([
    ['an alias', cutover('attest: [&a x, *a]'), '7:20', 'alias', 'Write the value out'],
    ['a tab', 'providers:\n\tonprem: {}\n', '2:1', 'tab', 'spaces'],
    ['a tag', cutover('claim: !!js/function "on"'), '7:12', 'tag'],
    ['a second document', 'providers: {}\n---\ncutovers: []\n', '2:1', 'second document'],
    ['a prototype', 'providers: { __proto__: { type: x } }\ncutovers: []\n', '1:14', '__proto__'],
    ['a constructor', 'providers: {}\nconstructor: 1\n', '2:1', 'constructor'],
    ['a key that is no text', 'providers: {}\n? [a]\n: 1\n', '2:3', 'no text'],
    ['a bracket left open', 'providers: [1, 2\ncutovers: []\n', '2:1', 'broken YAML'],
    ['the domain itself without quotes', 'providers: { a: @ }\n', '1:17', 'begins with @', "'@'"],
    ['levels without end', '['.repeat(40) + ']'.repeat(40), '1:34', '32 levels'],
  ]);

  it('brackets without end are one mistake, not thousands', async () => {
    const problems = await problemsOf(load('['.repeat(5000)));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.fix).toContain('brackets');
  });
});

describe('names', () => {
  const entry = (name: string): string => records(`{ name: ${name}, type: A, set: [192.0.2.1] }`);
  refused([
    [
      'an owner without a dot that ends in the domain',
      entry('mail.example.org'),
      '7:17',
      'mail.example.org.example.org',
      'Write mail or mail.example.org.',
    ],
    ['the domain itself without a dot', entry('example.org'), '7:17', "Write '@' or example.org."],
    ['the same in capitals', entry('MAIL.Example.ORG'), '7:17', 'Write mail or mail.example.org.'],
    ['a name outside the domain', entry('mail.example.net.'), '7:17', 'within example.org'],
    ['a parent', entry('org.'), '7:17', 'within example.org'],
    ['an empty label', entry('a..b'), '7:17', 'empty label'],
    ['a long label', entry('a'.repeat(64)), '7:17', '63 octets'],
    ['our own name', entry('_dns-cutover'), '7:17', 'claim'],
    ['a name below it', entry('x._dns-cutover'), '7:17', 'claim'],
    ['a domain that is an address', cutover('').replace('example.org', '192.0.2.1'), '4:13'],
    ['a broken domain', cutover('').replace('example.org', 'exa mple.org'), '4:13', 'domain name'],
    ['a wildcard as domain', cutover('').replace('example.org', "'*.example.org'"), '4:13'],
  ]);
});

describe('records', () => {
  const mx = (values: string): string => records(`{ name: '@', type: MX, set: [${values}] }`);
  const set = "{ name: '@', type: MX, set: ['0 mx.new.example'] }";
  refused([
    ['an MX with an address', mx('10 192.0.2.1'), '7:38', 'IP address', 'A or AAAA record'],
    ['an MX without preference', mx('mx.new.example'), '7:38', 'preference is missing'],
    ['a preference of 70000', mx('70000 mx.new.example'), '7:38', '65535'],
    ['an empty set', mx(''), '7:37', 'an empty list', 'absent: true'],
    ['a null MX with others', mx("'0 .', 10 mx.new.example"), '7:37', 'null MX must stand alone'],
    ['a null MX with a preference', mx("'10 .'"), '7:37', 'null MX must stand alone'],
    ['a value twice', mx('10 mx.a.example, 10 MX.a.example.'), '7:55', 'each value once'],
    ['an unknown type', records("{ name: '@', type: MXX, set: [x] }"), '7:28', 'Did you mean MX?'],
    ['a type of questions', records("{ name: '@', type: ANY, set: [x] }"), '7:28', 'such as MX'],
    ['SOA', records("{ name: '@', type: SOA, absent: true }"), '7:28', 'name servers'],
    ['NS of the domain', records("{ name: '@', type: NS, absent: true }"), '7:28', 'name servers'],
    ['neither set nor add', records("{ name: '@', type: MX }"), '7:9', 'neither of these'],
    [
      'set together with add',
      records("{ name: '@', type: MX, set: [0 a.example], add: [1 b.example] }"),
      '7:9',
      'set together with add',
    ],
    [
      'set together with absent',
      records("{ name: '@', type: MX, set: [0 a.example], absent: true }"),
      '7:9',
      'set together with absent',
    ],
    [
      'absent: false',
      records("{ name: '@', type: MX, absent: false }"),
      '7:40',
      'Leave the key out',
    ],
    [
      'a value in add and in remove',
      records("{ name: '@', type: TXT, add: [x], remove: ['\"x\"'] }"),
      '7:9',
      'in add and in remove',
    ],
    [
      'a null MX that joins',
      records("{ name: '@', type: MX, add: ['0 .'] }"),
      '7:37',
      'stands alone',
    ],
    ['a name and type twice', records(set, set), '8:9', 'a second time (first at'],
    [
      'a CNAME beside MX',
      records(set, "{ name: '@', type: CNAME, set: [mx.new.example] }"),
      '8:9',
      'CNAME and MX at example.org',
    ],
    [
      'two CNAMEs',
      records('{ name: a, type: CNAME, set: [b.example, c.example] }'),
      '7:38',
      'only one CNAME',
    ],
    ['an odd address', records('{ name: a, type: A, set: [192.0.2.256] }'), '7:35', 'IPv4'],
    ['a TTL of nothing', records('{ name: a, type: A, set: [192.0.2.1], ttl: 0 }'), '7:52', '1 to'],
    [
      'neither records nor steps',
      around('domain: example.org\nprovider: onprem'),
      '4:5',
      'Add what',
    ],
    [
      'records and steps',
      cutover("steps: [{ name: a, records: [{ name: '@', type: A, absent: true }] }]"),
      '7:12',
      'steps together with records',
    ],
  ]);
});
