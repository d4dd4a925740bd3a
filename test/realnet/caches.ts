import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity } from '../support/certificates.ts';
import { type At, directory, freePort, type RunningServer, start } from '../support/server.ts';

// Real caches in the foreground on loopback. Their only way to the zone is these authoritative servers.

export interface CacheOptions {
  readonly authority: readonly At[];
  /** More lines of the configuration, such as `cache-min-ttl: 60` or `stale-answer-enable yes;`. */
  readonly extra?: readonly string[];
  /** Its answers come from other caches: `authority` are such. Unbound alone makes a difference. */
  readonly forwards?: boolean;
  /** The key that signs the zone, as its DNSKEY has it: the cache validates. */
  readonly anchor?: string;
  /** It answers there over TLS or HTTPS as well. */
  readonly secure?: Secure;
}

export interface Secure {
  readonly transport: 'tls' | 'https';
  readonly port: number;
  readonly identity: Identity;
}

const address = '127.0.0.1';

function secureLines(dir: string, { transport, port, identity }: Secure): readonly string[] {
  writeFileSync(join(dir, 'cert.pem'), identity.cert);
  writeFileSync(join(dir, 'key.pem'), identity.key, { mode: 0o600 });
  return [
    ...[`interface: ${address}@${port}`, `${transport}-port: ${port}`],
    ...[`tls-service-key: "${dir}/key.pem"`, `tls-service-pem: "${dir}/cert.pem"`],
  ];
}

/** Unbound with a stub for the zone. */
export async function unboundCache(
  name: string,
  zone: string,
  { authority, extra = [], forwards = false, anchor, secure }: CacheOptions,
): Promise<RunningServer> {
  const dir = directory(name);
  const port = await freePort(address);
  const way = forwards ? 'forward' : 'stub';
  const more = [
    ...extra,
    ...(anchor === undefined ? [] : [`trust-anchor: "${zone}. DNSKEY ${anchor}"`]),
    ...(secure === undefined ? [] : secureLines(dir, secure)),
  ];
  const config = `server:
  directory: "${dir}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  interface: ${address}@${port}
  access-control: 127.0.0.0/8 allow
  do-ip6: no
  do-not-query-localhost: no
  num-threads: 1
  so-rcvbuf: 0
  msg-cache-size: 1m
  rrset-cache-size: 2m
  outgoing-range: 64
  num-queries-per-thread: 64
  identity: "${name}"
  nsid: "ascii_${name}"
  ede: yes
  module-config: "${anchor === undefined ? '' : 'validator '}iterator"
  aggressive-nsec: yes
${more.map(line => `  ${line}\n`).join('')}remote-control:
  control-enable: no
${way}-zone:
  name: "${zone}."
${authority.map(at => `  ${way}-addr: ${at.address}@${at.port}\n`).join('')}`;
  writeFileSync(join(dir, 'unbound.conf'), config);
  const argv = ['unbound', '-d', '-c', join(dir, 'unbound.conf')] as const;
  return start({ name, argv: [...argv], address, port, dir, zone });
}

/** BIND as a cache; a static stub knows no port, a forwarder does. */
export async function bindCache(
  name: string,
  zone: string,
  { authority, extra = [], anchor }: CacheOptions,
): Promise<RunningServer> {
  const dir = directory(name);
  const port = await freePort(address);
  const [, numbers, key] = /^(\d+ \d+ \d+) (.+)$/.exec(anchor ?? '') ?? [];
  const config = `options {
  directory "${dir}"; pid-file none; session-keyfile none; lock-file none;
  listen-on port ${port} { ${address}; }; listen-on-v6 { none; };
  recursion yes; allow-recursion { 127.0.0.0/8; }; allow-query-cache { 127.0.0.0/8; };
  dnssec-validation ${anchor === undefined ? 'no' : 'yes'}; server-id "${name}";
  ${extra.join('\n  ')}
};
controls { };
${anchor === undefined ? '' : `trust-anchors { "${zone}." static-key ${numbers} "${key}"; };`}
zone "${zone}" { type forward; forward only;
  forwarders { ${authority.map(at => `${at.address} port ${at.port};`).join(' ')} }; };
`;
  writeFileSync(join(dir, 'named.conf'), config);
  const argv = ['named', '-g', '-n', '1', '-c', join(dir, 'named.conf')] as const;
  return start({ name, argv: [...argv], address, port, dir, zone });
}

/** dnsdist before several caches, in turn: a farm behind one address. */
export async function farm(zone: string, members: readonly At[]): Promise<RunningServer> {
  const dir = directory('farm');
  const port = await freePort(address);
  const servers = members.map(
    (at, index) =>
      `newServer({ address = '${at.address}:${at.port}', name = 'm${index}', checkName = '${zone}.', checkType = 'SOA' })\n`,
  );
  const config = `setLocal('${address}:${port}', { reusePort = false })
setACL('127.0.0.0/8')
setServerPolicy(roundrobin)
${servers.join('')}`;
  writeFileSync(join(dir, 'dnsdist.conf'), config);
  const path = join(dir, 'dnsdist.conf');
  const argv = ['dnsdist', '--supervised', '--disable-syslog', '-C', path] as const;
  return start({ name: 'farm', argv: [...argv], address, port, dir, zone });
}
