import { BlockList, isIP } from 'node:net';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';

/*
 * Who may be called because somebody named an address: OWASP ASVS 5.0, 1.3.6 and 15.3.2 (SSRF). A name is
 * looked up once, every address that came is judged, and one of the judged ones is connected to, so that
 * a second look (DNS rebinding) has nothing to say.
 */

/** What the operator's own file allows beyond the rest; a request over the API never does. */
export interface Leave {
  /** Addresses of one's own network, any port, and plain HTTP to this machine itself. */
  readonly allowPrivate: boolean;
}

/**
 * Whether an address lies in one of these nets. Each family has a list of its own: in one list, a rule about
 * ::ffff:0:0/96 would be one about every IPv4 address.
 */
function nets(four: readonly string[], six: readonly string[]): (address: string) => boolean {
  const [ipv4, ipv6] = [new BlockList(), new BlockList()];
  for (const net of [...four, ...six]) {
    const [address = '', prefix] = net.split('/');
    if (address.includes(':')) ipv6.addSubnet(address, Number(prefix), 'ipv6');
    else ipv4.addSubnet(address, Number(prefix), 'ipv4');
  }
  return address =>
    isIP(address) === 6 ? ipv6.check(address, 'ipv6') : ipv4.check(address, 'ipv4');
}

/** This machine itself (RFC 1122 3.2.1.3, RFC 4291 2.5.3). */
const loopback = nets(['127.0.0.0/8'], ['::1/128']);

/** Networks of one's own: RFC 1918, shared between carrier and customer (RFC 6598), ULA (RFC 4193). */
const own = nets(
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8'],
  ['::1/128', 'fc00::/7'],
);

/**
 * Never, whoever asks: where clouds give their credentials away, what only looks like an address elsewhere
 * (IPv4 inside IPv6, NAT64 of RFC 6052 and RFC 8215, 6to4 of RFC 3056, Teredo of RFC 4380), what belongs
 * to nobody (RFC 6890), and groups. Of IPv6 only 2000::/3 is in use (RFC 4291 2.4).
 */
const never = nets(
  [
    ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24'],
    ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
    // Alibaba Cloud's and Azure's own: inside RFC 6598, and among public addresses.
    ...['100.100.100.200/32', '168.63.129.16/32'],
  ],
  [
    ...['::/128', '::/96', '::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64'],
    ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16'],
    ...['fd00:ec2::254/128', 'fd20:ce::254/128', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
  ],
);

const globalUnicast = nets([], ['2000::/3']);

/** Of an IPv6 literal that carries an IPv4 address (RFC 4291 2.5.5.2), that one. */
function unmapped(address: string): string {
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (dotted !== undefined) return dotted;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return address;
  const [a, b] = [parseInt(high, 16), parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

/** Is it this machine? A mapped address counts as what it carries. */
function isLoopback(address: string): boolean {
  const plain = unmapped(address);
  return isIP(plain) !== 0 && loopback(plain);
}

/** Why nobody may be called at this address; null: somebody may. */
export function forbidden(address: string, { allowPrivate }: Leave): string | null {
  const plain = unmapped(address);
  // A scope (`fe80::1%eth0`) names an interface of this machine: no address of anybody elsewhere has one.
  if (isIP(plain) === 0 || plain.includes('%'))
    return 'is no address that can be reached from here';
  // ::1 lies within ::/96, whose other addresses are nobody's.
  if (never(plain) && !loopback(plain)) return 'is reserved, and nobody is called there';
  if (own(plain))
    return allowPrivate ? null : 'belongs to a private network or to this machine itself';
  if (isIP(plain) === 6 && !globalUnicast(plain)) return 'is reserved, and nobody is called there';
  return null;
}

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/**
 * The target of a call, as far as its URL tells; the addresses of a name are judged when it is called.
 * WHATWG's parser has turned `127.1`, `0x7f.1`, `2130706433` and the like into 127.0.0.1 before we look.
 * @throws Fault MALFORMED what is no URL, REFUSED what nobody may name
 */
export function readTarget(text: string, leave: Leave): URL {
  const url = text.length > limits.urlCharacters ? null : URL.parse(text);
  if (url === null)
    throw new Fault('MALFORMED', 'the address of the receiver is no URL', {
      fix: 'write it whole, such as https://hooks.example.org/cutover',
    });
  const refuse = (why: string, fix: string): Fault =>
    new Fault('REFUSED', `the receiver ${url.host} ${why}`, { where: 'url', fix });
  const host = bare(url.hostname);
  const here = host === 'localhost' || isLoopback(host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && leave.allowPrivate && here))
    throw refuse(
      'is not reached over https',
      'name an https URL; plain http is for a receiver on this machine that the configuration names with allowPrivate',
    );
  if (url.username !== '' || url.password !== '')
    throw refuse('has a user name in its URL', 'leave it out: what is sent is signed instead');
  if (!leave.allowPrivate && !['', '443', '8443'].includes(url.port))
    throw refuse(
      `listens at port ${url.port}`,
      'let it listen at 443 or 8443; other ports need allowPrivate in the configuration',
    );
  const why = isIP(host) === 0 ? localName(host, leave) : forbidden(host, leave);
  if (why !== null)
    throw refuse(why, 'name a receiver that everybody can reach, or let the configuration name it');
  return url;
}

/** RFC 6761 6.3: these names always mean this machine. */
function localName(host: string, { allowPrivate }: Leave): string | null {
  const name = host.replace(/\.$/, '');
  const local = name === 'localhost' || name.endsWith('.localhost');
  return local && !allowPrivate ? 'is this machine itself' : null;
}

/** Gives every address of a host; none where it has none. */
export type LookUp = (host: string) => Promise<readonly string[]>;

/**
 * The addresses that a call may connect to: all that the name has, once each of them was judged. One that
 * is forbidden forbids the call, since a name that leads both ways is a mistake or an attack.
 * @throws Fault REFUSED, UNAVAILABLE where the name has no address
 */
export async function judgedAddresses(
  url: URL,
  leave: Leave,
  lookUp: LookUp,
): Promise<readonly string[]> {
  const host = bare(url.hostname);
  const addresses = isIP(host) === 0 ? await lookUp(host) : [host];
  if (addresses.length === 0)
    throw new Fault('UNAVAILABLE', 'the name of the receiver has no address', { where: host });
  for (const address of addresses) {
    const plainly = url.protocol === 'http:' && !isLoopback(address);
    const why = plainly ? 'is not this machine, so that plain http is no way' : null;
    const refused = forbidden(address, leave) ?? why;
    if (refused !== null)
      throw new Fault('REFUSED', `an address of the receiver ${refused}`, {
        where: host,
        fix: 'see where its name leads; a receiver in a network of your own needs allowPrivate in the configuration',
      });
  }
  return addresses;
}
