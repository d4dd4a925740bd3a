import { hostsLike, noOddities, oneOfHosts, type Preset } from './preset.ts';

/** Providers that domains are moved away from: recognised, so that the plan knows what to look after. */

export const godaddyWorkspace: Preset = {
  id: 'godaddy-workspace',
  name: 'GoDaddy Workspace Email',
  platform: 'godaddy-workspace',
  kind: 'mailboxes',
  source: ['Domain Connect template of godaddy.com'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: [],
  dkimShownBy: null,
  owns: oneOfHosts('smtp.secureserver.net', 'mailstore1.secureserver.net'),
  generate: null,
  oddities: noOddities,
  notes: ['Its SPF include is include:secureserver.net.'],
};

export const cloudflareRouting: Preset = {
  id: 'cloudflare-routing',
  name: 'Cloudflare Email Routing',
  platform: 'cloudflare-routing',
  kind: 'forwarder',
  source: [
    'https://developers.cloudflare.com/api/resources/email_routing/subresources/dns/',
    'https://developers.cloudflare.com/email-routing/',
  ],
  validatedOn: '2026-01-21',
  needs: [],
  selectors: [],
  dkimShownBy: null,
  // Each zone is given three hosts, route1 to route3 or by first names.
  owns: hostsLike(/^[a-z0-9-]+\.mx\.cloudflare\.net$/),
  generate: null,
  oddities: noOddities,
  notes: [
    'Its MX and SPF records are locked while routing is on: unlock them first (PATCH /zones/ZONE/email/routing/dns), or the write is refused.',
  ],
};

export const cpanel: Preset = {
  id: 'cpanel',
  name: 'a host of its own name (as with cPanel)',
  platform: null,
  kind: 'mailboxes',
  source: ['Domain Connect templates of bluehost.com and others that set mail.DOMAIN'],
  validatedOn: '2026-08-20',
  needs: [],
  selectors: ['default'],
  dkimShownBy: null,
  owns: (host, domain) => host === domain || host === `mail.${domain}`,
  generate: null,
  oddities: noOddities,
  notes: [
    'The old host has its name in the zone that moves: keep its A and AAAA records until it is retired.',
    'Where a panel such as cPanel lists the domain as local, its own mail stays there: set Email Routing to Remote after the swap.',
  ],
};
