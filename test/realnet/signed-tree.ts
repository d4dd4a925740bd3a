import { execFileSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unboundCache } from './caches.ts';
import { selfSigned } from '../support/certificates.ts';
import { cutoverKey } from '../support/keys.ts';
import { directory, freePort, type RunningServer, start } from '../support/server.ts';

// Two trees of signed zones, most with one thing wrong, served by one BIND; a validating Unbound beside it.

interface Kind {
  readonly algorithm?: string;
  /** More arguments of the signer. */
  readonly how?: readonly string[];
  /** What is done to the signed text before it is served. */
  readonly spoil?: (text: string) => string;
  /** What the parent has as DS. */
  readonly ds?: 'right' | 'wrong' | 'none';
  readonly unsigned?: boolean;
}

const ended = ['-s', '20260101000000', '-e', '20260201000000'];
/** A record and its signature stand in lines of their own, since the signer is asked for that. */
const without = (pattern: RegExp) => (text: string) =>
  text
    .split('\n')
    .filter(line => !pattern.test(line))
    .join('\n');

/** Below `tree.example`, whose own records are denied by NSEC. */
export const kinds = {
  good: {},
  rsa: { algorithm: 'RSASHA256', how: ['-3', 'aabb', '-H', '3'] },
  ed25519: { algorithm: 'ED25519' },
  ed448: { algorithm: 'ED448' },
  p384: { algorithm: 'ECDSAP384SHA384' },
  expired: { how: ended },
  tampered: { spoil: text => text.replaceAll('mx1.host.example.', 'mx2.host.example.') },
  // As by somebody who put another key in place of the right one.
  othertlsa: { spoil: text => text.replaceAll(/(TLSA\s+3 1 1) .{8}/g, '$1 00000000') },
  unsignedmx: { spoil: without(/RRSIG\s+MX/) },
  nokey: { spoil: without(/\sDNSKEY\s/) },
  noproof: { spoil: without(/\sNSEC\s/) },
  wrongds: { ds: 'wrong' },
  nods: { ds: 'none' },
  plain: { ds: 'none', unsigned: true },
  promised: { unsigned: true },
} satisfies Record<string, Kind>;

/** Below `loose.example`, which is hashed and opts out of unsigned delegations. */
const looseKinds = {
  signed: {},
  nods: { ds: 'none' },
  plain: { ds: 'none', unsigned: true },
} satisfies Record<string, Kind>;

const run = (dir: string, program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, {
    cwd: dir,
    stdio: 'pipe',
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });

const zoneText = (records: readonly string[]): string =>
  [
    '$TTL 300',
    '@ IN SOA ns1 hostmaster 1 40 20 86400 15',
    '@ IN NS ns1',
    'ns1 IN A 127.0.0.1',
    ...records,
    '',
  ].join('\n');

/** What the mail hosts of these zones present. */
export const presented = selfSigned(['DNS:mx.good.tree.example']);

const fingerprint = createHash('sha256')
  .update(createPublicKey(presented.cert).export({ type: 'spki', format: 'der' }))
  .digest('hex');

const childRecords = [
  'mx IN A 192.0.2.25',
  `_25._tcp.mx IN TLSA 3 1 1 ${fingerprint}`,
  'wrong IN A 192.0.2.26',
  `_25._tcp.wrong IN TLSA 3 1 1 ${'0a'.repeat(32)}`,
  'old IN A 192.0.2.27',
  `_25._tcp.old IN TLSA 1 1 1 ${fingerprint}`,
  'none IN A 192.0.2.28',
  '@ IN MX 10 mx1.host.example.',
  '* IN TXT "a wildcard"',
  'm.wild IN A 192.0.2.1',
];

function makeKey(dir: string, zone: string, algorithm: string): string {
  const bits = algorithm === 'RSASHA256' ? ['-b', '1024'] : [];
  return run(dir, 'dnssec-keygen', '-q', '-f', 'KSK', '-a', algorithm, ...bits, zone).trim();
}

const dsRecords = (dir: string, zone: string, key: string): readonly string[] =>
  run(dir, 'dnssec-dsfromkey', '-2', `${key}.key`)
    .trim()
    .split('\n')
    .map(line => line.replace(/^\S+/, `${zone}.`));

function sign(dir: string, zone: string, { how = [], spoil, key }: Kind & { key: string }): void {
  appendFileSync(join(dir, `${zone}.db`), `$INCLUDE ${key}.key\n`);
  // The signer's own look at its work would refuse what has ended.
  const args = ['-q', '-P', '-z', '-O', 'full', '-o', zone, '-f', `${zone}.signed`, ...how];
  run(dir, 'dnssec-signzone', ...args, `${zone}.db`, key);
  const file = join(dir, `${zone}.signed`);
  if (spoil !== undefined) writeFileSync(file, spoil(readFileSync(file, 'utf8')));
}

/** Makes the files of a zone below a parent; what the parent has to say of it. */
function child(dir: string, zone: string, kind: Kind): readonly string[] {
  const { algorithm = 'ECDSAP256SHA256', ds = 'right', unsigned = false } = kind;
  writeFileSync(join(dir, `${zone}.db`), zoneText(childRecords));
  const delegation = [`${zone}. IN NS ns1.${zone}.`, `ns1.${zone}. IN A 127.0.0.1`];
  if (unsigned && ds === 'none') return delegation;
  const key = makeKey(dir, zone, algorithm);
  if (!unsigned) sign(dir, zone, { ...kind, key });
  if (ds === 'none') return delegation;
  const vouched = ds === 'wrong' ? makeKey(dir, zone, algorithm) : key;
  return [...delegation, ...dsRecords(dir, zone, vouched)];
}

/** Signs a parent over its children; its DS. */
function parent(
  dir: string,
  zone: string,
  { records, how = [] }: { records: readonly string[]; how?: readonly string[] },
): string {
  writeFileSync(join(dir, `${zone}.db`), zoneText(records));
  const key = makeKey(dir, zone, 'ECDSAP256SHA256');
  sign(dir, zone, { key, how });
  const [, data = ''] = /\sDS\s+(.+)$/.exec(dsRecords(dir, zone, key)[0] ?? '') ?? [];
  return `${zone}. DS ${data}`;
}

export interface SignedTree {
  readonly bind: RunningServer;
  readonly unbound: RunningServer;
  readonly anchors: readonly string[];
  readonly stop: () => Promise<void>;
}

/** The zone that BIND signs itself, whenever it is written. */
export const inline = 'inline.tree.example';

function makeZones(dir: string): { anchors: readonly string[]; zones: readonly string[] } {
  const below = (apex: string, all: Readonly<Record<string, Kind>>) =>
    Object.entries(all).flatMap(([label, kind]) => child(dir, `${label}.${apex}`, kind));
  const tree = below('tree.example', kinds);
  const loose = below('loose.example', looseKinds);
  // BIND takes the key that its policy would have made.
  writeFileSync(join(dir, `${inline}.db`), zoneText(childRecords));
  const key = run(dir, 'dnssec-keygen', '-q', '-k', 'default', '-a', '13', inline).trim();
  tree.push(`${inline}. IN NS ns1.${inline}.`, `ns1.${inline}. IN A 127.0.0.1`);
  tree.push(...dsRecords(dir, inline, key));
  const anchors = [
    parent(dir, 'tree.example', { records: tree }),
    parent(dir, 'loose.example', { records: loose, how: ['-3', '-', '-H', '0', '-A'] }),
  ];
  const zones = readdirSync(dir)
    .filter(file => file.endsWith('.db'))
    .map(file => file.slice(0, -3));
  return { anchors, zones };
}

export async function signedTree(): Promise<SignedTree> {
  const dir = directory('signed');
  const { anchors, zones } = makeZones(dir);
  const address = '127.0.0.1';
  const port = await freePort(address);
  const files = new Set(readdirSync(dir));
  const statements = zones.map(zone => {
    const own = `zone "${zone}" { type primary; check-names ignore;`;
    if (zone === inline)
      return `${own} file "${zone}.db"; key-directory "${dir}"; dnssec-policy default;
  inline-signing yes; update-policy { grant ${cutoverKey.name} zonesub ANY; }; };`;
    return `${own} file "${files.has(`${zone}.signed`) ? `${zone}.signed` : `${zone}.db`}"; };`;
  });
  const { name, algorithm, secret } = cutoverKey;
  writeFileSync(
    join(dir, 'named.conf'),
    `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };
options {
  directory "${dir}"; pid-file none; session-keyfile none; lock-file none;
  listen-on port ${port} { ${address}; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no;
};
controls { };
${statements.join('\n')}
`,
  );
  const argv = ['named', '-g', '-n', '1', '-c', join(dir, 'named.conf')] as const;
  const bind = await start({
    name: 'bind',
    argv: [...argv],
    address,
    port,
    dir,
    zone: 'tree.example',
  });
  const stubs = zones.flatMap(zone => [
    'stub-zone:',
    `  name: "${zone}."`,
    `  stub-addr: ${address}@${port}`,
    '  stub-no-cache: no',
  ]);
  const unbound = await unboundCache('unbound-validating', 'tree.example', {
    authority: [bind],
    extra: [
      'module-config: "validator iterator"',
      ...anchors.map(anchor => `trust-anchor: "${anchor}"`),
      ...stubs,
    ],
  });
  const stop = async (): Promise<void> => {
    await unbound.stop();
    await bind.stop();
  };
  return { bind, unbound, anchors, stop };
}
