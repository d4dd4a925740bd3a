import { Fault } from '../errors.ts';
import { type OpenCarrier, type TlsOptions } from './carrier.ts';
import { type Dial } from './dial.ts';
import { framedOver } from './pipeline.ts';
import { tlsDialling } from './tls-dial.ts';
import { serverText } from './trouble.ts';

/** Opens connections for DNS over TLS (RFC 7858); never without TLS, whatever the server says. */
export function tlsCarriers(options: TlsOptions = {}): OpenCarrier {
  const dialling = tlsDialling(options);
  const dial: Dial = at => {
    if (at.over?.transport !== 'tls')
      throw new Fault('USAGE', `${serverText(at)} has no name to check its certificate against`, {
        fix: 'Write it as tls://dns.example.',
      });
    return { socket: dialling(at, at.over.host), ready: 'secureConnect' };
  };
  return framedOver(dial);
}
