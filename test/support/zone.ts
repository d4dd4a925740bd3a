/** 20 RRsets that nobody means to change: whatever a cutover does, they must stay byte-identical. */
export const seeds: readonly string[] = [
  'a1 1001 IN A 192.0.2.11',
  'a2 1002 IN A 192.0.2.12',
  'a2 1003 IN AAAA 2001:db8::12',
  'caa 1004 IN CAA 0 issue "ca.example.net"',
  'cname 1005 IN CNAME a1',
  'deep.er.still 1006 IN A 192.0.2.16',
  'dkim._domainkey 1007 IN TXT "v=DKIM1; k=rsa; p=AAAA" "BBBB"',
  '_dmarc 1008 IN TXT "v=DMARC1; p=none"',
  '_25._tcp.mx 1009 IN TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  '_sip._tcp 1010 IN SRV 10 60 5060 sip.example.net.',
  'ptr 1011 IN PTR host.example.net.',
  'quoted 1012 IN TXT "say \\"hello\\" \\\\ back"',
  'short 1013 IN A 192.0.2.23',
  'sub 1014 IN MX 10 mx.sub.example.net.',
  'sub 1015 IN TXT "one" "two"',
  'two 1016 IN A 192.0.2.26',
  'two 1016 IN A 192.0.2.27',
  '* 1017 IN TXT "a wildcard"',
  'unknown 1018 IN TYPE65280 \\# 4 0a000001',
  'mail 1019 IN A 192.0.2.29',
  'mail 1020 IN AAAA 2001:db8::29',
];

export interface ZoneOptions {
  /** TTL of the records a cutover may change. */
  readonly ttl?: number;
  /** Addresses of ns1, ns2, …; IPv6 ones make AAAA records. */
  readonly nameServers?: readonly string[];
  /** More records, in master file form. */
  readonly records?: readonly string[];
}

/** A zone with an MX at an old host, an SPF record, and the seeds. */
export function zoneText(zone: string, options: ZoneOptions = {}): string {
  const { ttl = 20, nameServers = ['127.0.0.1', '127.0.0.1'], records = [] } = options;
  const lines = [
    `$TTL ${ttl}`,
    // The minimum is the negative TTL; refresh and retry are short, so that lags are short.
    `@ 3600 IN SOA ns1 hostmaster 1 40 20 86400 15`,
    ...nameServers.flatMap((address, index) => [
      `@ 3600 IN NS ns${index + 1}`,
      `ns${index + 1} 3600 IN ${address.includes(':') ? 'AAAA' : 'A'} ${address}`,
    ]),
    '@ IN MX 10 mx1.oldhost.example.',
    '@ IN A 192.0.2.80',
    '@ IN TXT "v=spf1 mx -all"',
    `www IN CNAME ${zone}.`,
    ...seeds,
    ...records,
  ];
  return `${lines.join('\n')}\n`;
}
