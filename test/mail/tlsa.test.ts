import { createHash, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { publicKeyInfo } from '../../src/mail/der.ts';
import { judgeDane, readTlsa, type Shown, type Tlsa } from '../../src/mail/tlsa.ts';
import { authority, selfSigned } from '../support/certificates.ts';

const der = (pem: string): Uint8Array => new Uint8Array(new X509Certificate(pem).raw);
let [leaf, root, other]: readonly Uint8Array[] = [];
beforeAll(() => {
  const own = authority();
  leaf = der(own.issue(['DNS:mx1.example.net']).cert);
  root = der(own.pem);
  other = der(selfSigned(['DNS:mx2.example.net']).cert);
});

const spki = (certificate: Uint8Array): Uint8Array =>
  new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });

describe('the key of a certificate', () => {
  it('is cut out as it stands there', () => {
    for (const one of [leaf, root, other])
      expect(Buffer.from(publicKeyInfo(one!) ?? []).equals(spki(one!))).toBe(true);
  });

  it('of what is no certificate is none, whatever it is', () => {
    const cut = Array.from(leaf!);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), one => publicKeyInfo(one) === null));
    fc.assert(
      fc.property(fc.nat(cut.length - 1), fc.nat(255), (at, octet) => {
        const broken = Uint8Array.from(cut.with(at, octet));
        const found = publicKeyInfo(broken);
        expect(found === null || found.length < broken.length).toBe(true);
        expect(publicKeyInfo(Uint8Array.from(cut.slice(0, at)))).toBeNull();
      }),
    );
    expect(publicKeyInfo(Uint8Array.from([0x30, 0x80, 0, 0]))).toBeNull();
    expect(publicKeyInfo(Uint8Array.from([0x30, 0x84, 0, 0, 0, 0]))).toBeNull();
    expect(publicKeyInfo(Uint8Array.from([0x1f, 0x1f, 0]))).toBeNull();
  });
});

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const hash = (name: string, octets: Uint8Array): string =>
  createHash(name).update(octets).digest('hex');

/** The record for a certificate; `what` is usage, selector and matching type. */
function record(what: string, certificate: Uint8Array): Tlsa {
  const [usage, selector, matching] = what.split(' ').map(Number);
  const chosen = selector === 1 ? spki(certificate) : certificate;
  const data = matching === 0 ? hex(chosen) : hash(matching === 1 ? 'sha256' : 'sha512', chosen);
  return { usage: usage!, selector: selector!, matching: matching!, data };
}

const shown = (changes: Partial<Shown> = {}): Shown => ({
  ...{ chain: [leaf!, root!], nameMatches: true, inDate: true, linkedUpTo: 1 },
  ...changes,
});

describe('TLSA records and what a host presents (RFC 7672)', () => {
  it.each(['0', '1'].flatMap(s => ['0', '1', '2'].map(m => [s, m] as const)))(
    'selector %s with matching type %s finds the leaf by usage 3, an authority by usage 2',
    (selector, matching) => {
      const ends = record(`3 ${selector} ${matching}`, leaf!);
      const anchors = record(`2 ${selector} ${matching}`, root!);
      expect(judgeDane([ends], shown())).toEqual({ is: 'matches', by: ends });
      expect(judgeDane([anchors], shown())).toEqual({ is: 'matches', by: anchors });
      // Usage 3 is about the leaf and nothing else.
      const wrong = record(`3 ${selector} ${matching}`, root!);
      expect(judgeDane([wrong], shown())).toMatchObject({ is: 'mismatch' });
      const stranger = record(`3 ${selector} ${matching}`, other!);
      expect(judgeDane([stranger], shown())).toMatchObject({ is: 'mismatch' });
      expect(judgeDane([stranger, ends], shown())).toMatchObject({ is: 'matches' });
    },
  );

  it('usage 3 looks at neither name nor date, usage 2 at both and at the chain', () => {
    const ends = record('3 1 1', leaf!);
    const anchors = record('2 0 1', root!);
    const odd = [{ nameMatches: false }, { inDate: false }, { linkedUpTo: 0 }];
    for (const changes of odd) {
      expect(judgeDane([ends], shown(changes))).toMatchObject({ is: 'matches' });
      expect(judgeDane([anchors], shown(changes))).toMatchObject({ is: 'mismatch' });
    }
  });

  it('the usages 0 and 1, and what nobody knows, are passed over', () => {
    for (const what of ['0 0 1', '1 1 1', '4 1 1', '3 2 1', '3 1 3'])
      expect(judgeDane([record(what, leaf!)], shown())).toMatchObject({ is: 'unusable' });
    const short = { ...record('3 1 1', leaf!), data: '0102' };
    expect(judgeDane([short], shown())).toMatchObject({ is: 'unusable' });
    // One that is of use decides.
    const both = [record('1 1 1', leaf!), record('3 1 1', other!)];
    expect(judgeDane(both, shown())).toMatchObject({ is: 'mismatch' });
  });

  it('a host without any certificate matches nothing', () => {
    expect(judgeDane([record('3 1 1', leaf!)], shown({ chain: [] }))).toMatchObject({
      is: 'mismatch',
    });
  });

  it('is read from canonical data', () => {
    expect(readTlsa('3 1 1 0a0b')).toEqual({ usage: 3, selector: 1, matching: 1, data: '0a0b' });
    for (const text of ['', '3 1 1', '3 1 1 0', '3 1 x 00', '3 1 1 zz'])
      expect(readTlsa(text)).toBeNull();
  });
});
