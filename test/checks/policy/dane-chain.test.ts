import { createHash, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { shownBy } from '../../../src/checks/policy/dane-chain.ts';
import { type CertificateSeen } from '../../../src/mail/conversation.ts';
import { judgeDane, type Tlsa } from '../../../src/mail/tlsa.ts';
import { authority } from '../../support/certificates.ts';

const der = (pem: string): Buffer => new X509Certificate(pem).raw;
let leaf: Buffer, root: Buffer, stranger: Buffer;
beforeAll(() => {
  const own = authority();
  [leaf, root] = [der(own.issue(['DNS:mx1.example.net']).cert), der(own.pem)];
  stranger = der(authority().pem);
});

const seen = (...chain: readonly Buffer[]): CertificateSeen => ({
  ...{ subject: '', issuer: '', names: ['mx1.example.net'], nameMatches: true },
  ...{ notBefore: 0, notAfter: 10, trusted: false, distrust: null },
  chain: chain.map(one => one.toString('base64')),
});

/** The record for a certificate: `2 0 0`, or with its digest `2 0 1`, `3 0 1`. */
const record = (what: '2 0 0' | '2 0 1' | '3 0 1', one: Buffer): Tlsa => ({
  ...{ usage: Number(what[0]), selector: 0, matching: Number(what[4]) },
  data: what === '2 0 0' ? one.toString('hex') : createHash('sha256').update(one).digest('hex'),
});

const verdict = (records: readonly Tlsa[], ...chain: readonly Buffer[]) =>
  judgeDane(records, shownBy(seen(...chain), { at: 5, records })).is;

describe('the chain that DANE is about', () => {
  it('an authority whose whole certificate stands in the record need not be presented', () => {
    expect(verdict([record('2 0 0', root)], leaf)).toBe('matches');
    expect(verdict([record('2 0 1', root)], leaf)).toBe('mismatch');
    expect(verdict([record('2 0 0', stranger)], leaf)).toBe('mismatch');
  });

  it('certificates in another order, and some that have no part in it', () => {
    expect(verdict([record('2 0 1', root)], leaf, stranger, root)).toBe('matches');
    expect(verdict([record('2 0 1', stranger)], leaf, root, stranger)).toBe('mismatch');
    expect(verdict([record('2 0 1', root)], leaf, Buffer.from('no certificate'), root)).toBe(
      'matches',
    );
  });

  it('while keys roll over one of two records is enough', () => {
    const [old, next] = [record('3 0 1', stranger), record('3 0 1', leaf)];
    expect(verdict([old, next], leaf)).toBe('matches');
    expect(verdict([old], leaf)).toBe('mismatch');
  });

  it('what cannot be read is no chain, and what was not shown matches nothing', () => {
    const records = [record('2 0 1', root)];
    expect(verdict(records, Buffer.from('no certificate'), root)).toBe('mismatch');
    expect(judgeDane(records, shownBy(null, { at: 5, records })).is).toBe('mismatch');
  });
});
