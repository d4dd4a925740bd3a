import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dig } from './dig.ts';
import { type At, directory, freePort, type RunningServer, start } from './server.ts';
import { cutoverKey, type ServerKey, strangerKey, transferKey } from './keys.ts';
import { type ZoneOptions, zoneText } from './zone.ts';

export { cutoverKey, strangerKey, transferKey, type ServerKey };

interface Place {
  /** NSD and Knot take every 127.x.y.z; BIND listens only where an interface has the address. */
  readonly address?: string;
  readonly port?: number;
}

async function place(name: string, { address = '127.0.0.1', port }: Place) {
  const dir = directory(name);
  return {
    dir,
    address,
    port: port ?? (await freePort(address)),
    put: (file: string, text: string) => {
      writeFileSync(join(dir, file), text, { mode: 0o600 });
    },
  };
}

export interface BindOptions extends Place {
  readonly key?: ServerKey;
  /** A second key that the server knows; the policy decides what it may do. */
  readonly other?: ServerKey;
  /** NOTIFY goes here after each change; without it a secondary stays behind until it is told. */
  readonly notify?: At;
  /** Statements of `update-policy`; by default the key may change everything. */
  readonly policy?: string;
  readonly v6?: boolean;
  /** `dynamic`: signed in place. `inline`: a signed copy of the zone with serials of its own. */
  readonly signed?: 'dynamic' | 'inline';
  readonly zone?: ZoneOptions;
  /** The whole zone file, instead of the usual one. */
  readonly zoneText?: string;
  /** More zones: their text in master file form, by name. */
  readonly zones?: Readonly<Record<string, string>>;
}

const bindKey = ({ name, algorithm, secret }: ServerKey): string =>
  `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`;
const signing = {
  dynamic: 'dnssec-policy default; inline-signing no;',
  inline: 'dnssec-policy default; inline-signing yes;',
};

/** Signing goes on after the first answer; the NSEC chain comes last. */
async function untilSigned(server: RunningServer, zone: string): Promise<void> {
  for (let looks = 0; looks < 200; looks++) {
    const denied = dig(server, '+authority', '+dnssec', `nobody-is-here.${zone}`, 'MX').join('\n');
    if (denied.includes(' RRSIG SOA ') && denied.includes(' NSEC ')) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`the zone ${zone} is not signed after 5 s:\n${server.log()}`);
}

/** BIND as primary: TSIG updates, NOTIFY, transfers to anybody on loopback. */
export async function bind(zone: string, options: BindOptions = {}): Promise<RunningServer> {
  const { dir, address, port, put } = await place('bind', options);
  const { key = cutoverKey, other, notify, signed, zones = {} } = options;
  put('zone.db', options.zoneText ?? zoneText(zone, options.zone));
  const more = Object.entries(zones).map(([name, text], index) => {
    put(`more${index}.db`, text);
    return `zone "${name}" { type primary; file "more${index}.db";
  update-policy { grant ${key.name} zonesub ANY; }; };\n`;
  });
  put(
    'named.conf',
    `${bindKey(key)}${bindKey(transferKey)}${other ? bindKey(other) : ''}
options {
  directory "${dir}"; pid-file none; session-keyfile none; lock-file none;
  listen-on port ${port} { ${address}; };
  listen-on-v6 ${options.v6 ? `port ${port} { ::1; }` : '{ none; }'};
  recursion no; dnssec-validation no; minimal-responses yes;
  notify explicit; notify-delay 0; startup-notify-rate 1000; notify-rate 1000;
  allow-transfer { any; };
};
controls { };
zone "${zone}" {
  type primary; file "zone.db"; key-directory "${dir}"; ${signed ? signing[signed] : ''}
  update-policy { ${options.policy ?? `grant ${key.name} zonesub ANY;`} };
  ${notify ? `also-notify { ${notify.address} port ${notify.port} key "transfer"; };` : ''}
};
${more.join('')}`,
  );
  const argv = ['named', '-g', '-n', '1', '-c', join(dir, 'named.conf')] as const;
  const server = await start({ name: 'bind', argv: [...argv], address, port, dir, zone });
  if (signed !== undefined) await untilSigned(server, zone);
  return server;
}

/** NSD as secondary: told by NOTIFY, or by `nsdTransfer`. */
export async function nsd(
  zone: string,
  options: Place & { readonly primary: At },
): Promise<RunningServer> {
  const { dir, address, port, put } = await place('nsd', options);
  const { primary } = options;
  put(
    'nsd.conf',
    `server:
  ip-address: ${address}@${port}
  username: ""
  chroot: ""
  zonesdir: "${dir}"
  pidfile: ""
  database: ""
  zonelistfile: "${dir}/zone.list"
  xfrdfile: "${dir}/xfrd.state"
  xfrdir: "${dir}"
  server-count: 1
  rrl-ratelimit: 0
  xfrd-reload-timeout: 0
remote-control:
  control-enable: yes
  control-interface: "${dir}/control.sock"
key:
  name: "${transferKey.name}"
  algorithm: ${transferKey.algorithm}
  secret: "${transferKey.secret}"
zone:
  name: "${zone}"
  allow-notify: 127.0.0.0/8 ${transferKey.name}
  request-xfr: AXFR ${primary.address}@${primary.port} ${transferKey.name}
  provide-xfr: 127.0.0.0/8 NOKEY
`,
  );
  const argv = ['nsd', '-d', '-c', join(dir, 'nsd.conf')] as const;
  return start({ name: 'nsd', argv: [...argv], address, port, dir, zone });
}

/** Makes a lagging NSD fetch the zone now. */
export function nsdTransfer(server: RunningServer, zone: string): void {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  execFileSync('nsd-control', ['-c', join(server.dir, 'nsd.conf'), 'transfer', zone], {
    env: { ...process.env, PATH: path },
    stdio: 'pipe',
  });
}

export interface KnotOptions extends Place {
  readonly key?: ServerKey;
  /** A second key that the server knows but that no acl names. */
  readonly other?: ServerKey;
  /** More lines of the acl, such as `update-type: [MX]`. */
  readonly acl?: readonly string[];
  readonly signed?: boolean;
  readonly zone?: ZoneOptions;
  /** The whole zone file, instead of the usual one. */
  readonly zoneText?: string;
}

const knotKey = ({ name, algorithm, secret }: ServerKey): string =>
  `  - id: ${name}\n    algorithm: ${algorithm}\n    secret: ${secret}\n`;

/** Knot as primary with TSIG updates and transfers to anybody on loopback. */
export async function knot(zone: string, options: KnotOptions = {}): Promise<RunningServer> {
  const { dir, address, port, put } = await place('knot', options);
  const { key = cutoverKey, other, acl = [], signed = false } = options;
  mkdirSync(join(dir, 'db'));
  put(`${zone}.zone`, options.zoneText ?? zoneText(zone, options.zone));
  put(
    'knot.conf',
    `server:
  listen: ${address}@${port}
  rundir: ${dir}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
log:
  - target: stderr
    any: info
database:
  storage: ${dir}/db
  journal-db-max-size: 64M
  kasp-db-max-size: 16M
  timer-db-max-size: 8M
key:
${knotKey(key)}${other ? knotKey(other) : ''}acl:
  - id: update
    key: ${key.name}
    action: update
${acl.map(line => `    ${line}\n`).join('')}  - id: transfer
    address: 127.0.0.0/8
    action: transfer
template:
  - id: default
    storage: ${dir}
    file: "%s.zone"
    acl: [update, transfer]
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
    journal-max-usage: 1M
    dnssec-signing: ${signed ? 'on' : 'off'}
zone:
  - domain: ${zone}
`,
  );
  const argv = ['knotd', '-c', join(dir, 'knot.conf')] as const;
  return start({ name: 'knot', argv: [...argv], address, port, dir, zone });
}
