import { open } from 'node:fs/promises';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { Secret } from '../secret.ts';
import { show } from './problem.ts';

export interface ReadSecretOptions {
  /** `base64`: the file holds base64, or a BIND key file with it; the secret is the octets. */
  readonly decode: 'base64' | 'text';
}

export interface FoundSecret {
  readonly secret: Secret;
  /** Said when others can read the file. */
  readonly warning: { readonly message: string; readonly fix: string } | null;
}

/**
 * Reads a secret from its file. No message ever holds any part of what is in it.
 * @throws Fault CONFIG
 */
export async function readSecret(
  path: string,
  { decode }: ReadSecretOptions,
): Promise<FoundSecret> {
  const { octets, mode } = await readSmallFile(path);
  const text = octets.toString('utf8').trim();
  const refuse = (message: string, fix: string): Fault =>
    new Fault('CONFIG', `the secret file ${show(path)} ${message}`, { where: path, fix });
  if (text === '') throw refuse('is empty', 'Put the secret into it.');
  const secret = decode === 'text' ? Buffer.from(text) : decodeKey(text);
  if (secret === null)
    throw refuse(
      'holds no base64',
      'Put the secret of the key into it as base64, or the whole key file of tsig-keygen.',
    );
  const exposed = (mode & 0o077) !== 0;
  return {
    secret: new Secret(secret, path),
    warning: exposed
      ? {
          message: `the secret file ${show(path)} can be read or written by others (mode ${(mode & 0o777).toString(8).padStart(4, '0')})`,
          fix: `Run: chmod 600 ${path}`,
        }
      : null,
  };
}

/** The octets of base64, alone or as `secret "…";` in one `key` clause of BIND's or NSD's form. */
function decodeKey(text: string): Buffer | null {
  // Comments of key files: `#` and `//` to the end of the line. Base64 has slashes, so `//` counts
  // only where a line begins with it.
  const plain = text.replaceAll(/^\s*(?:#|\/\/).*$/gm, '').trim();
  const clauses = [...plain.matchAll(/\bsecret:?\s+"?([A-Za-z0-9+/=\s]+?)"?\s*(?:;|$)/gm)];
  if (clauses.length > 1) return null;
  const base64 = (clauses[0]?.[1] ?? plain).replaceAll(/\s+/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) return null;
  return base64 === '' ? null : Buffer.from(base64, 'base64');
}

async function readSmallFile(path: string): Promise<{ octets: Buffer; mode: number }> {
  const refuse = (message: string, fix: string, cause?: unknown): Fault =>
    new Fault('CONFIG', `the secret file ${show(path)} ${message}`, {
      where: path,
      fix,
      ...(cause === undefined ? {} : { cause }),
    });
  try {
    await using handle = await open(path, 'r');
    const status = await handle.stat();
    if (status.isDirectory()) throw refuse('is a directory', 'Name the file itself.');
    const buffer = Buffer.alloc(limits.secretFileOctets + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
      length += bytesRead;
      if (length > limits.secretFileOctets)
        throw refuse(
          `is larger than ${limits.secretFileOctets} octets`,
          'Name the file of the secret; this is something else.',
        );
      if (bytesRead === 0) return { octets: buffer.subarray(0, length), mode: status.mode };
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw refuse('does not exist', 'Write it, or correct the path.', error);
    if (code === 'EISDIR') throw refuse('is a directory', 'Name the file itself.', error);
    if (code === 'EACCES' || code === 'EPERM')
      throw refuse('cannot be read by this user', 'Run as its owner, or change its mode.', error);
    throw refuse(`cannot be read (${String(code)})`, 'See whether the disk is well.', error);
  }
}
