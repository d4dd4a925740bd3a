import { createHmac } from 'node:crypto';
import { type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';
import { Secret } from '../secret.ts';

const prefix = 'whsec_';
/** Of a secret, in octets (Standard Webhooks: between 24 and 64). */
const octets = { least: 24, most: 64 };
/** One in use, and those that are on their way out. */
const secretsMost = 5;

/**
 * Reads the secrets that sign for one receiver: `whsec_` and base64, each in a line of its own. There are
 * several while one is being replaced.
 * @throws Fault MALFORMED, without any part of the text
 */
export function readSigningSecrets(text: string, source: string): readonly Secret[] {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  const refuse = (message: string): Fault =>
    new Fault('MALFORMED', `the secret of a webhook ${message}`, {
      where: source,
      fix: 'write one with: echo "whsec_$(openssl rand -base64 32)"',
    });
  if (lines.length === 0 || lines.length > secretsMost)
    throw refuse(`stands in one line, or in up to ${secretsMost} while it is replaced`);
  return lines.map(line => {
    const base64 = line.startsWith(prefix) ? line.slice(prefix.length) : '';
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
      throw refuse(`is ${prefix} and base64`);
    if (bytes.length < octets.least || bytes.length > octets.most)
      throw refuse(`is ${prefix} and base64 of ${octets.least} to ${octets.most} octets`);
    return new Secret(bytes, source);
  });
}

/** A new one, from so many random octets in hexadecimal. */
export const signingSecret = (hex: string): string =>
  prefix + Buffer.from(hex, 'hex').toString('base64');

/**
 * The headers of one delivery (Standard Webhooks 1.0): HMAC-SHA256 over id, time and body, one signature for
 * each secret. The id stays the same however often it is sent, so that a receiver can tell.
 */
export function signedHeaders(
  { id, at, body }: { readonly id: string; readonly at: Instant; readonly body: string },
  secrets: readonly Secret[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000));
  const sign = (secret: Secret): string =>
    createHmac('sha256', secret.reveal()).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    // Chat tools verify nothing: there may be no secret.
    ...(secrets.length > 0 && {
      'webhook-signature': secrets.map(secret => `v1,${sign(secret)}`).join(' '),
    }),
  };
}
