import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { Fault } from '../../errors.ts';
import { readSecret } from '../../config/secret.ts';
import { isoText } from '../../view/words.ts';

/** A chain and its key, as a TLS server takes them. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Worth saying: others can read the key, or the certificate is of another time. */
  readonly warnings: readonly string[];
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function readChain(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Fault('CONFIG', `the certificate cannot be read: ${why(error)}`, {
      where: path,
      fix: 'correct the path, or run as a user who may read it',
      cause: error,
    });
  }
}

/** Browsers refuse it then, and say so; a server that does not start would say less to those who look. */
function timeWarnings({ validFrom, validTo }: X509Certificate, now: number): readonly string[] {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  if (now < from) return [`the certificate is valid from ${isoText(from)} on only`];
  return now > to ? [`the certificate has expired at ${isoText(to)}: clients will refuse it`] : [];
}

/** Reads a certificate chain and its key, and sees whether they belong together. @throws Fault CONFIG */
export async function readCertificate(
  files: { readonly cert: string; readonly key: string },
  now: number,
): Promise<Certificate> {
  const cert = await readChain(files.cert);
  const { secret, warning } = await readSecret(files.key, { decode: 'text' });
  const key = Buffer.from(secret.reveal()).toString();
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(cert);
  } catch (error) {
    const fix = 'name a PEM file that begins with the certificate of this server';
    throw new Fault('CONFIG', 'the file holds no certificate', {
      where: files.cert,
      fix,
      cause: error,
    });
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const fix = 'name the PEM key, without a passphrase, that the certificate was made for';
    throw new Fault('CONFIG', `certificate and key do not fit: ${why(error)}`, {
      where: files.key,
      fix,
      cause: error,
    });
  }
  const told = warning === null ? [] : [`${warning.message}. ${warning.fix}`];
  return { cert, key, warnings: [...told, ...timeWarnings(leaf, now)] };
}
