import { displayName } from '../../dns/name.ts';
import { cname, noOddities, oneOfHosts, type Preset } from './preset.ts';

export const fastmail: Preset = {
  id: 'fastmail',
  name: 'Fastmail',
  platform: 'fastmail',
  kind: 'mailboxes',
  source: [
    'https://www.fastmail.help/hc/en-us/articles/360060591153',
    'https://mailflowauthority.com/email-authentication/fastmail-email-auth',
  ],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: ['fm1', 'fm2', 'fm3'],
  dkimShownBy: null,
  owns: oneOfHosts('in1-smtp.messagingengine.com', 'in2-smtp.messagingengine.com'),
  generate: domain => ({
    mx: ['10 in1-smtp.messagingengine.com', '20 in2-smtp.messagingengine.com'],
    spf: 'include:spf.messagingengine.com',
    dkim: [1, 2, 3].map(number =>
      cname(`fm${number}._domainkey`, `fm${number}.${displayName(domain)}.dkim.fmhosted.com`),
    ),
    autodiscover: [],
  }),
  oddities: noOddities,
  notes: [
    'Fastmail advises `?all` at the end of SPF. Mail for subdomains needs a wildcard MX of its own.',
  ],
};

export const proton: Preset = {
  id: 'proton',
  name: 'Proton Mail',
  platform: 'proton',
  kind: 'mailboxes',
  source: ['https://proton.me/support/custom-domain'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: ['protonmail', 'protonmail2', 'protonmail3'],
  dkimShownBy: 'account.proton.me > Domain names > DOMAIN > DKIM (three CNAME)',
  owns: oneOfHosts('mail.protonmail.ch', 'mailsec.protonmail.ch'),
  generate: () => ({
    mx: ['10 mail.protonmail.ch', '20 mailsec.protonmail.ch'],
    ...{ spf: 'include:_spf.protonmail.ch', dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: ['An MTA-STS policy must name both hosts.'],
};

export const icloud: Preset = {
  id: 'icloud',
  name: 'iCloud Mail (custom domain)',
  platform: 'icloud',
  kind: 'mailboxes',
  source: ['Domain Connect template icloud.com.custom_email_domain'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: ['sig1'],
  dkimShownBy:
    'icloud.com/icloudplus > Custom Email Domain > DOMAIN (the CNAME of sig1._domainkey)',
  owns: oneOfHosts('mx01.mail.icloud.com', 'mx02.mail.icloud.com'),
  generate: () => ({
    mx: ['10 mx01.mail.icloud.com', '10 mx02.mail.icloud.com'],
    ...{ spf: 'include:icloud.com', dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: [],
};

export const titan: Preset = {
  id: 'titan',
  name: 'Titan',
  platform: 'titan',
  kind: 'mailboxes',
  source: ['Domain Connect template of titan.email'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: ['titan1'],
  dkimShownBy: 'the admin panel of Titan > DOMAIN > DNS records',
  owns: oneOfHosts('mx1.titan.email', 'mx2.titan.email'),
  generate: () => ({
    mx: ['10 mx1.titan.email', '20 mx2.titan.email'],
    ...{ spf: 'include:spf.titan.email', dkim: [], autodiscover: [] },
  }),
  oddities: noOddities,
  notes: [],
};
