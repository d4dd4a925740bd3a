import { hostsLike, inferred, noOddities, type Preset } from './preset.ts';

const gatewayNote =
  'A filter that passes mail on: have it route to the old host first and move the MX to it, then change its route (`steps` as a pivot).';

export const mimecast: Preset = {
  id: 'mimecast',
  name: 'Mimecast',
  platform: 'mimecast',
  kind: 'gateway',
  source: [
    'https://community.mimecast.com/docs/DOC-2010',
    'https://mimecastsupport.zendesk.com/hc/en-us/articles/34000792642963',
    'https://mxio.io/providers/mimecast',
  ],
  validatedOn: '2026-02-27',
  needs: [
    {
      key: 'region',
      what: 'the region of the account: eu, us, usb, de, za, au or ca',
      shownBy: 'Mimecast Administration Console > Gateway > the MX records of the domain',
      example: 'eu',
      pattern: /^(?:eu|us|usb|de|za|au|ca)$/,
    },
  ],
  selectors: [],
  dkimShownBy:
    'Mimecast Administration Console > Gateway > Policies > DNS Authentication - Outbound > Definitions',
  owns: hostsLike(/^[a-z]{2,3}-smtp-inbound-[12]\.mimecast\.com$/),
  infer: inferred('region', /^([a-z]{2,3})-/),
  generate: (_domain, { region = '' }) => ({
    mx: [`10 ${region}-smtp-inbound-1.mimecast.com`, `20 ${region}-smtp-inbound-2.mimecast.com`],
    // The one for all regions costs six lookups of the ten that SPF has.
    ...{ spf: `include:${region}._netblocks.mimecast.com`, dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: [gatewayNote],
};

export const proofpointEssentials: Preset = {
  id: 'proofpoint-essentials',
  name: 'Proofpoint Essentials',
  platform: 'proofpoint-essentials',
  kind: 'gateway',
  source: [
    'https://www.404andmore.com/proofpoint-essentials-fixing-the-550-5-7-1-spf-rejected-error/',
    'https://mail.ls/docs',
  ],
  validatedOn: '2026-08-20',
  needs: [
    {
      key: 'region',
      what: 'the stack of the account, such as us1 or eu1',
      shownBy: 'the address bar of its console: us1.proofpointessentials.com is us1',
      example: 'us1',
      pattern: /^(?:us|eu)\d{1,2}$/,
    },
  ],
  selectors: [],
  dkimShownBy: 'Proofpoint Essentials > Administration > Account Management > Domains > DKIM',
  owns: hostsLike(/^mx[12]-[a-z]{2}\d{1,2}\.ppe-hosted\.com$/),
  infer: inferred('region', /^mx\d-([a-z]{2}\d{1,2})\./),
  generate: (_domain, { region = '' }) => ({
    mx: [`10 mx1-${region}.ppe-hosted.com`, `20 mx2-${region}.ppe-hosted.com`],
    spf: `a:dispatch-${region.slice(0, 2)}.ppe-hosted.com`,
    ...{ dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: [gatewayNote],
};

export const proofpointEnterprise: Preset = {
  id: 'proofpoint-enterprise',
  name: 'Proofpoint Enterprise',
  platform: 'proofpoint-enterprise',
  kind: 'gateway',
  source: ['no page of Proofpoint: the shape of its names; compare them with the welcome letter'],
  validatedOn: '2026-11-21',
  needs: [
    {
      key: 'cluster',
      what: 'the eight hexadecimal digits in the names of its hosts, mxa-DIGITS.gslb.pphosted.com',
      shownBy: 'the welcome letter of Proofpoint, or its support',
      example: '0012ab34',
      pattern: /^[0-9a-f]{8}$/,
    },
    {
      key: 'spf',
      what: 'the mechanism that Proofpoint gave, such as include:spf-0012ab34.pphosted.com',
      shownBy: 'the welcome letter of Proofpoint, or its support',
      example: 'include:spf-0012ab34.pphosted.com',
      pattern: /^(?:include|exists|a):\S+$/,
    },
  ],
  selectors: [],
  dkimShownBy: 'Proofpoint Protection Server > Email Authentication > DKIM Signing > Keys',
  owns: hostsLike(/^mx[ab]-[0-9a-f]{8}\.gslb\.pphosted\.com$/),
  generate: (_domain, { cluster = '', spf = null }) => ({
    mx: [`10 mxa-${cluster}.gslb.pphosted.com`, `10 mxb-${cluster}.gslb.pphosted.com`],
    ...{ spf, dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: [gatewayNote],
};
