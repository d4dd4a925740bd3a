import { type Settings } from '../../api/kit.ts';
import { Fault } from '../../errors.ts';
import { flagOption, textOption, textsOption } from '../parse.ts';
import { type Input } from '../spec.ts';
import {
  type Address,
  addressOf,
  allowedHost,
  hostText,
  isLoopback,
  isWildcard,
  networkOf,
} from './address.ts';

/** What `serve` was told, understood. */
export interface ServeOptions {
  readonly at: Address;
  /** Files of the certificate chain and its key. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly settings: Settings;
}

function tlsOf(input: Input): ServeOptions['tls'] {
  const cert = textOption(input, 'tlsCert');
  const key = textOption(input, 'tlsKey');
  if (cert !== null && key !== null) return { cert, key };
  if (cert === null && key === null) return null;
  throw new Fault('USAGE', 'TLS needs a certificate and its key', {
    where: cert === null ? '--tls-cert' : '--tls-key',
    fix: 'name both: --tls-cert FILE --tls-key FILE',
  });
}

/** Tokens, sessions and what is done would go over the network for everybody to read. */
const unprotected = ({ host }: Address): Fault =>
  new Fault('USAGE', `${host} can be reached from elsewhere, and there is no TLS`, {
    where: '--listen',
    fix: 'add --tls-cert FILE --tls-key FILE, or --behind-proxy ADDR of the proxy that has TLS, or listen on 127.0.0.1',
  });

/** Any name may be pointed to a loopback address by whoever owns it; only these are answered. */
const names = ['localhost', '127.0.0.1', '[::1]'];

function hostsOf(input: Input, { host }: Address): readonly string[] {
  const own = isWildcard(host) ? [] : [hostText(host).toLowerCase()];
  return [...new Set([...names, ...own, ...textsOption(input, 'host').map(allowedHost)])];
}

/** The page stands in its own header as this. */
const titleMost = 80;

function titleOf(input: Input): string | null {
  const title = textOption(input, 'title')?.trim() ?? null;
  if (title === null) return null;
  if (title.length > 0 && title.length <= titleMost && !/\p{Cc}/u.test(title)) return title;
  throw new Fault('USAGE', 'the title is empty, too long or has control characters', {
    where: '--title',
    fix: `at most ${String(titleMost)} characters in one line`,
  });
}

/** Understands the command line of `serve`. @throws Fault USAGE */
export function serveOptions(input: Input): ServeOptions {
  const at = addressOf(textOption(input, 'listen') ?? '127.0.0.1:8053');
  const tls = tlsOf(input);
  const proxies = textsOption(input, 'behindProxy').map(networkOf);
  if (!isLoopback(at.host) && tls === null && proxies.length === 0) throw unprotected(at);
  const settings = {
    hosts: hostsOf(input, at),
    secure: tls !== null || proxies.length > 0,
    proxies,
    fourEyes: flagOption(input, 'fourEyes'),
    title: titleOf(input),
  };
  return { at, tls, settings };
}
