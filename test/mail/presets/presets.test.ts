import { describe, expect, it } from 'vitest';
import { parseMx } from '../../../src/dns/mx.ts';
import { parseName } from '../../../src/dns/name.ts';
import { parseRdata } from '../../../src/dns/rdata.ts';
import {
  mechanismOf,
  moveNotes,
  moveText,
  odditiesOf,
  platformOf,
  presetById,
  presetOf,
  presets,
} from '../../../src/mail/presets/presets.ts';
import { parseSpf } from '../../../src/mail/spf.ts';

const domain = parseName('example.org');
const set = (...rdata: readonly string[]) => rdata.map(text => parseMx(parseRdata('MX', text)));
const examples = (id: string): Readonly<Record<string, string>> =>
  Object.fromEntries((presetById(id)?.needs ?? []).map(({ key, example }) => [key, example]));

describe('presets', () => {
  it('have an id, a source and a day each', () => {
    const ids = presets.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([
      ...[
        'microsoft365',
        'microsoft365-mx-microsoft',
        'google-workspace',
        'google-workspace-legacy',
      ],
      ...['fastmail', 'zoho', 'proton', 'icloud', 'titan'],
      ...['mimecast', 'proofpoint-essentials', 'proofpoint-enterprise'],
      ...['forwardemail', 'improvmx', 'mailgun-in', 'aws-ses-in'],
      ...['godaddy-workspace', 'cloudflare-routing', 'cpanel'],
    ]);
    for (const { id, source, validatedOn, needs } of presets) {
      expect(source.length, id).toBeGreaterThan(0);
      expect(validatedOn, id).toMatch(/^2026-\d\d-\d\d$/);
      for (const { example, pattern, shownBy } of needs) {
        expect(example, id).toMatch(pattern);
        expect(shownBy, id).not.toBe('');
      }
    }
  });

  it.each(presets.filter(({ generate }) => generate !== null).map(({ id }) => id))(
    '%s makes valid records that it recognises as its own',
    id => {
      const made = presetById(id)?.generate?.(domain, examples(id));
      const mx = set(...(made?.mx ?? []));
      expect(presetOf(mx, domain)?.id).toBe(id);
      expect(odditiesOf(mx, domain)).toEqual([]);
      for (const { name, type, value } of [...(made?.dkim ?? []), ...(made?.autodiscover ?? [])]) {
        expect(parseName(`${name}.example.org`)).not.toBeNull();
        expect(parseRdata(type, value)).not.toBe('');
      }
      if (made?.spf !== null)
        expect(parseSpf(`v=spf1 ${made?.spf ?? ''} -all`)).toMatchObject({ problems: [] });
    },
  );

  it.each([
    ['microsoft365', '0 contoso-com.mail.protection.outlook.com'],
    ['microsoft365-mx-microsoft', '0 contoso-com.o-v1.mx.microsoft'],
    ['microsoft365-mx-microsoft', '0 icewolf-li.h-v1.mx.microsoft.'],
    ['google-workspace', '1 SMTP.Google.com'],
    ['google-workspace-legacy', '1 aspmx.l.google.com'],
    ['google-workspace-legacy', '30 aspmx2.googlemail.com'],
    ['zoho', '10 mx.zoho.com.au'],
    ['mimecast', '10 us-smtp-inbound-1.mimecast.com'],
    ['proofpoint-enterprise', '10 mxa-000c7201.gslb.pphosted.com'],
    ['aws-ses-in', '10 inbound-smtp.us-east-1.amazonaws.com'],
    ['godaddy-workspace', '0 smtp.secureserver.net'],
    ['cloudflare-routing', '12 route2.mx.cloudflare.net'],
    ['cloudflare-routing', '8 amir.mx.cloudflare.net'],
    ['cpanel', '0 mail.example.org'],
    ['cpanel', '0 example.org'],
  ])('recognise %s by %s', (id, mx) => {
    expect(presetOf(set(mx), domain)?.id).toBe(id);
  });

  it.each([
    '10 mx.microsoft',
    '10 contoso.mx.microsoft',
    '10 contoso-com.mail.protection.outlook.com.attacker.example',
    '10 notaspmx.l.google.com',
    '10 mx4.zoho.com',
    '10 mx.example.org',
    '0 .',
  ])('do not take %s for anybody’s', mx => {
    expect(presetOf(set(mx), domain)).toBeNull();
  });

  it('look at the hosts that are tried first', () => {
    const backed = set('0 contoso-com.mail.protection.outlook.com', '20 backup.example.net');
    expect(presetOf(backed, domain)?.id).toBe('microsoft365');
    expect(presetOf(set('0 smtp.google.com', '0 backup.example.net'), domain)).toBeNull();
    expect(presetOf([], domain)).toBeNull();
  });

  it('tell platforms, on which a domain can be once only', () => {
    const [old, signed] = [
      set('0 example-org.mail.protection.outlook.com'),
      set('0 example-org.o-v1.mx.microsoft'),
    ];
    expect(platformOf(old, domain)).toEqual({ id: 'microsoft365', name: 'Microsoft 365' });
    expect(platformOf(signed, domain)?.id).toBe('microsoft365');
    expect(platformOf(set('0 mail.example.org'), domain)).toBeNull();
    expect(platformOf(set('0 mx.nowhere.example'), domain)).toBeNull();
  });

  it('say what their documentation says against a set', () => {
    const second = set('20 backup.example.net', '0 example-org.mail.protection.outlook.com');
    expect(odditiesOf(second, domain)[0]).toContain('a single MX');
    expect(odditiesOf(second, domain)[0]).toContain('backup.example.net');
    const foreign = set('0 contoso-com.mail.protection.outlook.com');
    expect(odditiesOf(foreign, domain)[0]).toContain('example-org');
    // Where the domain has a hyphen nobody knows what the name should be.
    expect(odditiesOf(foreign, parseName('ex-ample.org'))).toEqual([]);
    expect(odditiesOf(set('5 example-org.o-v1.mx.microsoft'), domain)[0]).toContain('DANE');
    expect(odditiesOf(set('10 mx.zoho.eu', '20 mx2.zoho.com'), domain)[0]).toContain('regions');
  });

  it('tell from whom to whom a domain moves, and what to know of it', () => {
    const [own, outlook, filter] = [
      set('0 mail.example.org'),
      set('0 example-org.mail.protection.outlook.com'),
      set('10 eu-smtp-inbound-1.mimecast.com', '20 eu-smtp-inbound-2.mimecast.com'),
    ];
    const unknown = set('10 mx.nowhere.example');
    expect(moveText(unknown, outlook, domain)).toBe('From mx.nowhere.example to Microsoft 365.');
    expect(moveText([], outlook, domain)).toBe('From no mail host to Microsoft 365.');
    expect(moveText(unknown, unknown, domain)).toBeNull();
    expect(moveNotes(own, outlook, domain).join(' ')).toContain('keep its A and AAAA records');
    expect(moveNotes(filter, outlook, domain)[0]).toContain('Mimecast no longer stands in front');
    expect(moveNotes(outlook, filter, domain)[0]).toContain('pivot');
    expect(moveNotes(unknown, unknown, domain)).toEqual([]);
  });

  it('know what the new side sends with, as far as the names of its hosts tell', () => {
    expect(mechanismOf(set('1 smtp.google.com'), domain)).toBe('include:_spf.google.com');
    const eu = set('10 eu-smtp-inbound-1.mimecast.com');
    expect(mechanismOf(eu, domain)).toBe('include:eu._netblocks.mimecast.com');
    const us = set('10 mx1-us1.ppe-hosted.com');
    expect(mechanismOf(us, domain)).toBe('a:dispatch-us.ppe-hosted.com');
    expect(mechanismOf(set('10 mx.zoho.eu'), domain)).toBeNull();
    expect(mechanismOf(set('10 mx.nowhere.example'), domain)).toBeNull();
  });
});
