import { Fault } from '../errors.ts';
import { type TransportName } from '../propagation/observation.ts';
import { readTemplate } from './doh-template.ts';
import { type Server } from './transport.ts';

/** One way to ask a resolver, as a list has it. */
export interface Place {
  readonly transport: TransportName;
  /** An IP address literal: no name is looked up. */
  readonly address: string;
  /** That of the transport by default; for HTTPS that of the template. */
  readonly port?: number;
  readonly dotHost?: string | null;
  readonly dohTemplate?: string | null;
}

/** RFC 7858 3.1 has 853. */
export const portOf = { udp: 53, tcp: 53, tls: 853, https: 443 } as const;

/**
 * What a sweep is to be given to ask there. `udp` has TCP behind it; nothing is behind the others.
 * @throws Fault UNSUPPORTED where it is not known whom the certificate has to name
 */
export function serverAt({ transport, address, ...place }: Place): Server {
  const port = place.port ?? portOf[transport];
  if (transport === 'udp') return { address, port };
  if (transport === 'tcp') return { address, port, over: { transport } };
  if (transport === 'tls') {
    if (place.dotHost == null) throw unknown(address, 'DNS over TLS has no dotHost');
    return { address, port, over: { transport, host: place.dotHost } };
  }
  const template = readTemplate(place.dohTemplate ?? '');
  if (template === null || place.dohTemplate == null)
    throw unknown(address, 'DNS over HTTPS has no dohTemplate that can be read');
  const over = { transport, template: place.dohTemplate };
  return { address, port: place.port ?? template.port, over };
}

const unknown = (address: string, what: string): Fault =>
  new Fault('UNSUPPORTED', `${address}: ${what}`, {
    where: address,
    fix: 'Write dotHost, or dohTemplate such as https://dns.example/dns-query{?dns}, into the list.',
  });
