import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { dmarcName, isDmarc, parseDmarc, policyFor } from '../../src/mail/dmarc.ts';

describe('a DMARC record', () => {
  it('is read, with what it leaves out', () => {
    const reporting = parseDmarc('v=DMARC1; p=reject; rua=mailto:a@example.org;');
    expect(reporting).toEqual({ policy: 'reject', subdomains: 'reject' });
    expect(parseDmarc('v=DMARC1;p=Quarantine;sp=none;adkim=s')).toEqual({
      ...{ policy: 'quarantine', subdomains: 'none' },
    });
    // RFC 7489 6.6.3: whoever asks for reports and says nothing valid asks for nothing else.
    expect(parseDmarc('v=DMARC1; p=nonsense; rua=mailto:a@example.org')?.policy).toBe('none');
  });

  it.each(['v=DMARC1', 'v=DMARC1; p=nonsense', 'v=DMARC1; p=none; p=reject', 'v=dmarc1; p=none'])(
    'is passed over: %s',
    text => {
      expect(parseDmarc(text)).toBeNull();
    },
  );

  it('is told from others', () => {
    expect(isDmarc('v=DMARC1; p=none')).toBe(true);
    expect(isDmarc('p=none; v=DMARC1')).toBe(false);
    expect(isDmarc('v=DMARC12')).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        parseDmarc(text);
        parseDmarc(`v=DMARC1;${text}`);
      }),
    );
  });

  it('holds for the domain, and otherwise for its subdomains', () => {
    const domain = parseName('example.org');
    expect(dmarcName(domain)).toBe('_dmarc.example.org.');
    const dmarc = parseDmarc('v=DMARC1; p=reject; sp=none')!;
    expect(policyFor({ at: domain, dmarc }, domain)).toBe('reject');
    expect(policyFor({ at: domain, dmarc }, parseName('mail.example.org'))).toBe('none');
  });
});
