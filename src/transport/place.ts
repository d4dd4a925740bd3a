import { type TransportName } from '../propagation/observation.ts';
import { type Way } from '../propagation/watched.ts';
import { readTemplate } from './doh-template.ts';
import { type Server } from './transport.ts';

/** RFC 7858 3.1 has 853. */
export const portOf = { udp: 53, tcp: 53, tls: 853, https: 443 } as const;

/** What a row of a list says of how it can be asked; null is "not said". */
export interface Told {
  /** In the order in which it is to be asked. */
  readonly transports: readonly TransportName[];
  /** For UDP and TCP. */
  readonly port: number;
  /** For TLS. */
  readonly dotPort: number | null;
  /** Whom the certificate has to name. */
  readonly dotHost: string | null;
  readonly dohTemplate: string | null;
}

/**
 * The ways to ask it, in its order. TCP stands behind UDP anyway, and after that is none of its own.
 * What cannot be asked, as nobody said whom the certificate has to name, is left out.
 */
export function waysOf(told: Told): readonly Way[] {
  const transports = [...new Set(told.transports)].filter(
    (one, index, all) => one !== 'tcp' || !all.slice(0, index).includes('udp'),
  );
  return transports.flatMap(one => wayOver(one, told) ?? []);
}

function wayOver(
  transport: TransportName,
  { port, dotPort, dotHost, dohTemplate }: Told,
): Way | null {
  if (transport === 'udp') return { port };
  if (transport === 'tcp') return { port, over: { transport } };
  if (transport === 'tls')
    return dotHost === null
      ? null
      : { port: dotPort ?? portOf.tls, over: { transport, host: dotHost } };
  const template = readTemplate(dohTemplate ?? '');
  if (template === null || dohTemplate === null) return null;
  return { port: template.port, over: { transport, template: dohTemplate } };
}

/** What a sweep is given to ask this way at this address: no name is looked up. */
export const serverTo = ({ port, over }: Way, address: string): Server => ({
  ...{ address, port },
  ...(over !== undefined && { over }),
});
