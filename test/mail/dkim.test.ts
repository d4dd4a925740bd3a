import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import {
  isSelector,
  looksLikeKey,
  parseDkim,
  selectorName,
  selectorOf,
} from '../../src/mail/dkim.ts';
import { parseTags } from '../../src/mail/tags.ts';

const domain = parseName('example.org');
const octets = (length: number): string => Buffer.alloc(length, 7).toString('base64');
const good = `v=DKIM1; k=rsa; p=${octets(294)}`;

describe('a DKIM key', () => {
  it.each([
    good,
    `p=${octets(162)}`,
    `v=DKIM1;p=${octets(294)};`,
    `v=DKIM1; h=sha1:sha256; s=email; t=s; p=${octets(294)}`,
    `v=DKIM1; k=ed25519; p=${octets(32)}`,
    // Text that was folded over lines (RFC 6376 3.2).
    `v=DKIM1; p=${octets(294).replace(/(.{60})/g, '$1 ')}`,
  ])('is taken: %s', text => {
    expect(parseDkim(text)).toMatchObject({ problems: [], revoked: false, testing: false });
  });

  it.each([
    ['', 'no key'],
    ['v=DKIM1; k=rsa', 'no key'],
    ['v=DKIM1; p=%%%', 'not base64'],
    [`v=DKIM1; p=${octets(126)}`, 'fewer than 1024 bits'],
    [`v=DKIM1; k=ed25519; p=${octets(294)}`, '32 octets'],
    [`v=DKIM1; k=dsa; p=${octets(294)}`, 'kind "dsa"'],
    [`k=rsa; v=DKIM1; p=${octets(294)}`, 'in front'],
    [`v=DKIM2; p=${octets(294)}`, 'in front'],
    [`v=DKIM1; h=sha1; p=${octets(294)}`, 'SHA-256'],
    [`v=DKIM1; s=other; p=${octets(294)}`, 'not for mail'],
    ['v=DKIM1; p=a; p=b', 'no list of tags'],
    ['hello', 'no list of tags'],
  ])('is not: %s', (text, problem) => {
    expect(parseDkim(text).problems.join()).toContain(problem);
  });

  it('is whole, or it is none: a key of 2048 bits that ends with the first string of a TXT is cut off', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    expect(parseDkim(`v=DKIM1; k=rsa; p=${p}`).problems).toEqual([]);
    expect(parseDkim(`v=DKIM1; k=rsa; p=${p.slice(0, 236)}`).problems).toEqual([
      'its key (p=) is cut off: 177 of 294 octets are there',
    ]);
  });

  it('is revoked when it is empty, and for tests with t=y', () => {
    expect(parseDkim('v=DKIM1; p=')).toMatchObject({ revoked: true, problems: [] });
    expect(parseDkim(`v=DKIM1; t=s:y; p=${octets(294)}`).testing).toBe(true);
  });

  it('is judged whatever a stranger wrote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(Array.isArray(parseDkim(text).problems)).toBe(true);
        expect(Array.isArray(parseDkim(`v=DKIM1; p=${text}`).problems)).toBe(true);
        expect(parseTags(text)?.every(({ tag }) => /^\w+$/.test(tag)) ?? true).toBe(true);
      }),
    );
    expect(parseDkim(';'.repeat(100_000)).problems).toHaveLength(1);
    expect(parseDkim(`p=${' '.repeat(100_000)}`).revoked).toBe(true);
  });
});

describe('a selector', () => {
  it('has a name below the domain', () => {
    expect(selectorName('s1', domain)).toBe('s1._domainkey.example.org.');
    expect(selectorOf(parseName('a.b._domainkey.example.org'), domain)).toBe('a.b');
    expect(selectorOf(parseName('_domainkey.example.org'), domain)).toBeNull();
    expect(selectorOf(parseName('s1._domainkey.example.net'), domain)).toBeNull();
  });

  it('is one label or several', () => {
    expect(['s1', 'a.b', '20261121', 'a-b'].every(isSelector)).toBe(true);
    expect(['', 'a..b', '-a', 's._domainkey', 'a b', 'a'.repeat(201)].some(isSelector)).toBe(false);
    expect(looksLikeKey(good)).toBe(true);
    expect(looksLikeKey('k=rsa; p=abc')).toBe(true);
    expect(looksLikeKey('s1.dkim.example.net')).toBe(false);
  });
});
