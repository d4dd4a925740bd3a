import { type Mx } from '../../dns/mx.ts';
import { displayName, type Name, nameLabels } from '../../dns/name.ts';
import { cname, hostsLike, type Generated, type Need, type Preset } from './preset.ts';

/*
 * The host of a domain cannot be computed. For domains added after 1 July 2026 it lies under a label of
 * mx.microsoft that nobody can predict (MC1048624), and where a domain has a hyphen its name under
 * outlook.com follows rules that are not published. What the tenant says is the only source of truth.
 */

const graph =
  'GET https://graph.microsoft.com/v1.0/domains/DOMAIN/serviceConfigurationRecords, mailExchange of the Mx record; or Microsoft 365 admin center > Settings > Domains > DOMAIN > DNS records';

const classic = /^[a-z0-9-]+\.mail\.protection\.outlook\.com$/;
const signed = /^[a-z0-9-]+\.[a-z0-9]+-v\d+\.mx\.microsoft$/;

const mailExchange = (pattern: RegExp, example: string): Need => ({
  ...{ key: 'mailExchange', pattern, example, shownBy: graph },
  what: 'the host that the tenant has for this domain',
});

const generate = (_domain: Name, inputs: Readonly<Record<string, string>>): Generated => ({
  mx: [`0 ${inputs['mailExchange'] ?? ''}`],
  spf: 'include:spf.protection.outlook.com',
  dkim: [],
  autodiscover: [cname('autodiscover', 'autodiscover.outlook.com')],
});

/** The first label of the host of a domain without hyphens, as it always was. */
const dashed = (domain: Name): string => nameLabels(domain).join('-');

function oddities(set: readonly Mx[], domain: Name): readonly string[] {
  const others = set.slice(1).map(({ exchange }) => displayName(exchange));
  const [first] = set;
  const label = first === undefined ? '' : (nameLabels(first.exchange)[0] ?? '');
  return [
    ...(others.length === 0
      ? []
      : [
          `Microsoft 365 supports a single MX for a domain, and ${others.join(' ')} stands beside it.`,
        ]),
    ...(displayName(domain).includes('-') || label === dashed(domain)
      ? []
      : [
          `${first === undefined ? 'The host' : displayName(first.exchange)} reads like the host of another domain: that of ${displayName(domain)} usually begins with ${dashed(domain)}.`,
        ]),
  ];
}

const dkimShownBy =
  'Microsoft Defender portal > Email authentication settings > DKIM > DOMAIN; or Get-DkimSigningConfig DOMAIN | Format-List Selector1CNAME, Selector2CNAME';

const common = {
  platform: 'microsoft365',
  kind: 'mailboxes',
  selectors: ['selector1', 'selector2'],
  dkimShownBy,
  generate,
  notes: [
    'A domain is in one tenant at a time: a move from tenant to tenant has a time in which neither takes its mail.',
  ],
} as const;

const dkimPage =
  'https://learn.microsoft.com/defender-office-365/email-authentication-dkim-configure';

/** Domains that were added before July 2026. */
export const microsoft365: Preset = {
  ...common,
  id: 'microsoft365',
  name: 'Microsoft 365',
  source: ['https://mwpro.co.uk/?p=19363 (MC1048624)', dkimPage],
  validatedOn: '2026-02-02',
  needs: [mailExchange(classic, 'example-org.mail.protection.outlook.com')],
  owns: hostsLike(classic),
  oddities,
};

/** Domains that were added since, or moved there for DNSSEC and DANE. */
export const microsoft365Signed: Preset = {
  ...common,
  id: 'microsoft365-mx-microsoft',
  name: 'Microsoft 365 (mx.microsoft)',
  source: [
    'https://mwpro.co.uk/?p=19363 (MC1048624)',
    'https://learn.microsoft.com/purview/how-smtp-dane-works',
    dkimPage,
  ],
  validatedOn: '2026-02-02',
  needs: [mailExchange(signed, 'example-org.o-v1.mx.microsoft')],
  owns: hostsLike(signed),
  oddities: (set, domain) => [
    ...oddities(set, domain),
    ...(set[0] !== undefined && ![0, 10].includes(set[0].preference)
      ? [
          'Microsoft takes mail with DANE only where this host is the only MX, at preference 0 or 10.',
        ]
      : []),
  ],
};
