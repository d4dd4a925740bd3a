import { cname, hostsLike, noOddities, oneOfHosts, type Preset } from './preset.ts';

export const forwardemail: Preset = {
  id: 'forwardemail',
  name: 'Forward Email',
  platform: 'forwardemail',
  kind: 'forwarder',
  source: ['Domain Connect template of forwardemail.net'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: [],
  dkimShownBy: 'forwardemail.net > My Account > Domains > DOMAIN > Outbound SMTP',
  owns: oneOfHosts('mx1.forwardemail.net', 'mx2.forwardemail.net'),
  generate: () => ({
    mx: ['0 mx1.forwardemail.net', '0 mx2.forwardemail.net'],
    ...{ spf: 'include:spf.forwardemail.net', dkim: [] },
    autodiscover: ['autoconfig', 'autodiscover'].map(name =>
      cname(name, `${name}.forwardemail.net`),
    ),
  }),
  oddities: noOddities,
  notes: ['Its own TXT with the addresses to forward to must be there before the swap.'],
};

export const improvmx: Preset = {
  id: 'improvmx',
  name: 'ImprovMX',
  platform: 'improvmx',
  kind: 'forwarder',
  source: ['Domain Connect template of improvmx.com'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: ['dkimprovmx1', 'dkimprovmx2'],
  dkimShownBy: null,
  owns: oneOfHosts('mx1.improvmx.com', 'mx2.improvmx.com'),
  generate: () => ({
    mx: ['10 mx1.improvmx.com', '20 mx2.improvmx.com'],
    spf: 'include:spf.improvmx.com',
    dkim: [1, 2].map(number =>
      cname(`dkimprovmx${number}._domainkey`, `dkimprovmx${number}.improvmx.com`),
    ),
    autodiscover: [],
  }),
  oddities: noOddities,
  notes: ['It forwards only; whoever answers from the domain sends through something else.'],
};

export const mailgunIn: Preset = {
  id: 'mailgun-in',
  name: 'Mailgun (inbound)',
  platform: 'mailgun',
  kind: 'receiver',
  source: ['Domain Connect templates with mxa.mailgun.org'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: [],
  dkimShownBy: 'app.mailgun.com > Sending > Domain settings > DOMAIN > DNS records',
  owns: hostsLike(/^mx[ab]\.(?:eu\.)?mailgun\.org$/),
  generate: () => ({
    mx: ['10 mxa.mailgun.org', '10 mxb.mailgun.org'],
    ...{ spf: 'include:mailgun.org', dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: [
    'Mail goes to routes and programs; there are no mailboxes.',
    'Accounts of its EU region have other hosts, mxa.eu.mailgun.org: write records for those.',
  ],
};

export const awsSesIn: Preset = {
  id: 'aws-ses-in',
  name: 'Amazon SES (inbound)',
  platform: 'aws-ses',
  kind: 'receiver',
  source: ['https://docs.aws.amazon.com/ses/latest/dg/receiving-email-mx-record.html'],
  validatedOn: '2026-08-20',
  needs: [
    {
      key: 'region',
      what: 'the AWS region that receives',
      shownBy: 'the SES console, top right; or aws configure get region',
      example: 'eu-west-1',
      pattern: /^[a-z]{2}(?:-[a-z]+){1,2}-\d$/,
    },
  ],
  selectors: [],
  dkimShownBy: 'SES console > Identities > DOMAIN > Publish DNS records (three CNAME)',
  owns: hostsLike(/^inbound-smtp\.[a-z0-9-]+\.amazonaws\.com$/),
  generate: (_domain, { region = '' }) => ({
    mx: [`10 inbound-smtp.${region}.amazonaws.com`],
    // SES sends with its own return path, which SPF judges, unless a MAIL FROM domain is set up.
    ...{ spf: null, dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: ['Mail goes to receipt rules; there are no mailboxes.'],
};
