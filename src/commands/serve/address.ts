import { BlockList, isIP } from 'node:net';
import { Fault } from '../../errors.ts';

/** Where a server listens. */
export interface Address {
  /** An address, or `localhost` for both families. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

const usage = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

const forms = 'write ADDR:PORT, such as 127.0.0.1:8053 or [::1]:8053';

/** `127.0.0.1:8053`, `[::1]:8053` or `localhost:8053`. USAGE for anything else. */
export function addressOf(text: string): Address {
  const [, six, four, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = six ?? four;
  const port = Number(digits);
  if (host === undefined) throw usage('--listen', `${text} is no address with a port`, forms);
  if (port > 65_535)
    throw usage(
      '--listen',
      `there is no port ${String(port)}`,
      'at most 65535; 0 takes a free one',
    );
  const family = isIP(host);
  if (six !== undefined ? family !== 6 : family !== 4 && host !== 'localhost')
    throw usage('--listen', `${host} is no address of this machine`, forms);
  return { host, port };
}

/** As it stands in a URL. */
export const hostText = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/** Loopback of both families, also in the form of IPv4 in IPv6 (RFC 4291 2.5.5.2). */
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  (isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'));

/** Whether it stands for every address of the machine, and so for none that could be in a URL. */
export const isWildcard = (host: string): boolean => /^(?:0\.0\.0\.0|[0:]+)$/.test(host);

/** An address or `ADDR/BITS`, as it was written. USAGE for anything else. */
export function networkOf(text: string): string {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  if (family !== 0 && (bits === undefined || Number(bits) <= most)) {
    if (Number(bits ?? most) > 0) return text;
    throw usage(
      '--behind-proxy',
      `${text} would believe everybody`,
      'name the address of the proxy, such as 127.0.0.1 or 10.0.0.0/24',
    );
  }
  throw usage(
    '--behind-proxy',
    `${text} is no address and no network`,
    'name the address of the proxy, such as 127.0.0.1 or 10.0.0.0/24',
  );
}

/** A name or address that requests may be for, in lower case. USAGE for anything else. */
export function allowedHost(text: string): string {
  const host = text.toLowerCase();
  const named = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/;
  const [, six] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(host) ?? [];
  if (named.test(host) || (six !== undefined && isIP(six) === 6)) return host;
  throw usage(
    '--host',
    `${text} is no host`,
    'write the name that people type, such as cutover.example.org, or NAME:PORT',
  );
}
