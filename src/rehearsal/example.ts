import { type Order } from '../cutover/order.ts';
import { parseName } from '../dns/name.ts';
import { rrset, type RRset } from '../dns/rrset.ts';

const domain = parseName('example.org');

/** The zone of the built-in example: an old hoster with a TTL of an hour. */
export const exampleZone: readonly RRset[] = [
  rrset({ name: domain, type: 'MX', ttl: 3600, rdata: ['10 mail.oldhost.example.'] }),
  rrset({ name: domain, type: 'TXT', ttl: 3600, rdata: ['"v=spf1 mx -all"'] }),
  rrset({ name: domain, type: 'A', ttl: 3600, rdata: ['192.0.2.80'] }),
  rrset({ name: parseName('www.example.org'), type: 'CNAME', ttl: 3600, rdata: ['example.org.'] }),
];

/** A move from an old hoster to a new one: DKIM first, MX and SPF at the swap. */
export const exampleOrder: Order = {
  domain,
  provider: 'rehearsal',
  prepare: [
    {
      name: parseName('s1._domainkey.example.org'),
      type: 'TXT',
      want: { is: 'set', rdata: ['"v=DKIM1; k=ed25519; p=ZXhhbXBsZSBrZXksIG5vdCBhIHJlYWwgb25l"'] },
      ttl: 3600,
      where: 'the built-in example',
    },
  ],
  steps: [
    {
      name: 'swap',
      edits: [
        {
          name: domain,
          type: 'MX',
          want: { is: 'set', rdata: ['0 mx.newhost.example.'] },
          ttl: null,
          where: 'the built-in example',
        },
        {
          name: domain,
          type: 'TXT',
          want: {
            is: 'edit',
            remove: ['"v=spf1 mx -all"'],
            add: ['"v=spf1 include:spf.newhost.example -all"'],
          },
          ttl: null,
          where: 'the built-in example',
        },
      ],
    },
  ],
  afterwards: [],
  policy: {
    ttl: {
      low: 300,
      final: null,
      restoreAfter: 86_400,
      margin: 300,
      lag: 900,
      history: { longest: 3600, until: null },
    },
    schedule: { swapFrom: null, swapUntil: null, timeZone: 'UTC', freeze: [] },
    approval: 'required',
    attest: ['Mailboxes are synced'],
    watch: { resolvers: 'default', target: 95, atMost: 86_400, canary: false },
    accept: [],
    severity: {},
    rollback: { automatic: 7200, settleAfter: 86_400 },
    afterwards: 604_800,
    retire: { after: 259_200, old: 'refuses' },
    claim: true,
  },
  authority: { replace: [], add: [], lookups: [], trustAnchors: [] },
};

/** The same with its mail hosts asked, as a rehearsal plays them. */
export const rehearsedExample: Order = {
  ...exampleOrder,
  policy: {
    ...exampleOrder.policy,
    mail: {
      ...{ ask: true, recipients: ['anna@example.org'], port: 25, allowPrivate: true },
      ...{ every: 60, witnesses: [] },
    },
  },
};
