import { hostsLike, type Preset } from './preset.ts';

const regions = 'com|eu|in|com\\.au|jp';

/** Zoho has the mailboxes of an organisation in one region: the hosts of another do not know them. */
export const zoho: Preset = {
  id: 'zoho',
  name: 'Zoho Mail',
  platform: 'zoho',
  kind: 'mailboxes',
  source: [
    'Domain Connect template zoho.com.zmail_hosting',
    'https://mxrecordchecker.com/resources/zoho-mx-records',
  ],
  validatedOn: '2026-08-20',
  needs: [
    {
      key: 'region',
      what: 'the end of the address of its admin console: com, eu, in, com.au or jp',
      shownBy: 'the address bar at mailadmin.zoho.REGION',
      example: 'eu',
      pattern: new RegExp(`^(?:${regions})$`),
    },
    {
      // Zoho's own pages and others name different ones for the same region.
      key: 'spf',
      what: 'the include that the console shows, such as include:zohomail.eu or include:zoho.eu',
      shownBy: 'mailadmin.zoho.REGION > Domains > DOMAIN > Email Configuration > SPF',
      example: 'include:zohomail.eu',
      pattern: /^include:[a-z0-9.-]*\bzoho(?:mail)?\.[a-z.]+$/,
    },
  ],
  selectors: ['zmail', 'zoho'],
  dkimShownBy:
    'mailadmin.zoho.REGION > Domains > DOMAIN > Email Configuration > DKIM (the selector is chosen there)',
  owns: hostsLike(new RegExp(`^mx[23]?\\.zoho\\.(?:${regions})$`)),
  generate: (_domain, { region = '', spf = null }) => ({
    mx: [`10 mx.zoho.${region}`, `20 mx2.zoho.${region}`, `50 mx3.zoho.${region}`],
    ...{ spf, dkim: [], autodiscover: [] },
  }),
  oddities: set =>
    new Set(set.flatMap(({ exchange }) => /\.zoho\.(.+)$/.exec(exchange)?.[1] ?? [])).size > 1
      ? ['These are hosts of several regions of Zoho: those of the wrong one bounce everything.']
      : [],
  notes: ['Hosts of the wrong region bounce everything.'],
};
