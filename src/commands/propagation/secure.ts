import { canonicalAddress } from '../../config/resolver-file.ts';
import { type ResolverEntry } from '../../config/resolvers.ts';
import { Fault } from '../../errors.ts';
import { type LookUpHost } from '../../machine/host-lookup.ts';
import { type Over, type Resolver } from '../../propagation/watched.ts';
import { readTemplate } from '../../transport/doh-template.ts';
import { portOf } from '../../transport/place.ts';

export interface SecureParts {
  /** Whose addresses and names are known already. */
  readonly all: readonly ResolverEntry[];
  readonly lookUpHost: LookUpHost;
}

/** What stood behind the @: whom to ask, and over what. */
interface Wanted {
  readonly text: string;
  /** A name, or an address in canonical form. */
  readonly host: string;
  readonly port: number;
  readonly over: Over;
  /** True for a row of the list that is the same service. */
  readonly same: (entry: ResolverEntry) => boolean;
}

const addressesMost = 16;

export const isSecure = (text: string): boolean => /^(?:tls|https):/i.test(text);

/**
 * The resolver that `tls://dns.example`, `tls://192.0.2.53#dns.example` or
 * `https://dns.example/dns-query` means. The addresses of a name are those of the list; of one that
 * the list does not have, those that the system gives.
 * @throws Fault USAGE, and UNAVAILABLE where a name has no address
 */
export async function secureResolver(text: string, parts: SecureParts): Promise<Resolver> {
  const wanted = /^tls:/i.test(text) ? wantedTls(text, parts.all) : wantedHttps(text);
  const { host, port, over, same } = wanted;
  const known = parts.all.find(same);
  const addresses = addressOf(host) !== null ? [host] : (known?.addresses ?? []);
  const found = addresses.length > 0 ? addresses : await parts.lookUpHost(host);
  if (found.length === 0)
    throw new Fault('UNAVAILABLE', `${host} has no address, as far as this machine can tell`, {
      where: `@${text}`,
      fix:
        over.transport === 'tls'
          ? `See the spelling, or write an address: @tls://192.0.2.53#${host}`
          : 'See the spelling, and whether this machine can look up names.',
    });
  return { ...namedResolver({ text, host, addresses: found }, known), port, over };
}

/** A resolver that was named by its host, with what the list knows of the same service. */
export const namedResolver = (
  named: { readonly text: string; readonly host: string; readonly addresses: readonly string[] },
  known: ResolverEntry | undefined,
): Omit<Resolver, 'port'> => ({
  ...{ id: named.text, name: known?.name ?? named.text, operator: known?.operator ?? named.host },
  ...{ country: known?.country ?? null, addresses: named.addresses.slice(0, addressesMost) },
  ...{ tier: known?.tier ?? 'core', weight: known?.weight ?? 1, anycast: known?.anycast ?? null },
  flushUrl: known?.flushUrl ?? null,
});

const tlsShape =
  /^tls:\/\/(\[[0-9a-f:.]+\]|[^:#/[\]]+|[0-9a-f:]+:[0-9a-f:.]*)(?::([1-9]\d{0,4}))?(?:#(.+))?$/i;

function wantedTls(text: string, all: readonly ResolverEntry[]): Wanted {
  const [, place = '', digits = `${portOf.tls}`, named] = tlsShape.exec(text) ?? [];
  const host = addressOf(place) ?? nameOf(place);
  const certified = named === undefined ? null : (addressOf(named) ?? nameOf(named));
  const port = Number(digits);
  if (host === null || port > 65_535 || (named !== undefined && certified === null))
    throw new Fault('USAGE', `${text} names no server of DNS over TLS`, {
      where: `@${text}`,
      fix: 'write @tls://dns.quad9.net, @tls://9.9.9.9 or @tls://192.0.2.53:853#dns.example',
    });
  const isAddress = addressOf(host) !== null;
  const same = ({ dotHost, addresses }: ResolverEntry): boolean =>
    isAddress ? addresses.includes(host) : dotHost?.toLowerCase() === host;
  const published = isAddress ? (all.find(same)?.dotHost ?? null) : null;
  const over: Over = { transport: 'tls', host: certified ?? published ?? host };
  return { text, host, port, over, same };
}

function wantedHttps(text: string): Wanted {
  const whole = text.includes('{') ? text : `${text}${text.includes('?') ? '{&dns}' : '{?dns}'}`;
  const template = readTemplate(whole);
  if (template === null)
    throw new Fault('USAGE', `${text} names no server of DNS over HTTPS`, {
      where: `@${text}`,
      fix: 'write @https://dns.quad9.net/dns-query',
    });
  const { host, port } = template;
  const same = ({ dohTemplate }: ResolverEntry): boolean =>
    dohTemplate !== null && readTemplate(dohTemplate)?.host === host;
  return { text, host, port, over: { transport: 'https', template: whole }, same };
}

/** In canonical form; null for what is no address. */
const addressOf = (text: string): string | null =>
  canonicalAddress(text.replace(/^\[(.*)\]$/, '$1'));

/** In lower case; null for what no host is called. */
const nameOf = (text: string): string | null =>
  text.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z][a-z0-9-]*\.?$/i.test(text)
    ? text.toLowerCase().replace(/\.$/, '')
    : null;
