import { constants } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Instant } from '../clock.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Credential, credentialText, readCredential } from './credential.ts';
import { type AccessGround } from './ground.ts';
import { listTokens, newToken, newTokenCredential } from './tokens.ts';

/** Where the secret lies; what is printed is this, and never the secret. */
export interface FirstToken {
  readonly path: string;
  readonly expiresAt: Instant;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : null;

const stray = (path: string): Fault =>
  new Fault(
    'REFUSED',
    'there is a file where the first token should be, and no token in the store',
    {
      where: path,
      fix: 'Nothing was changed. Move the file away, or make a token: dns-cutover token create.',
    },
  );

/** What the file holds, if it is one of ours that nobody else can read. */
async function readFirst(path: string): Promise<Credential> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
  if (file === null) throw stray(path);
  try {
    const { mode, size } = await file.stat();
    const text = (mode & 0o077) === 0 && size < 256 ? (await file.readFile('utf8')).trim() : '';
    const credential = readCredential(text);
    if (credential?.kind !== 'token') throw stray(path);
    return credential;
  } finally {
    await file.close();
  }
}

/**
 * The credential in the file, whole, for its owner alone, and before the store knows it: whoever is killed
 * in between, or begins at the same time, finds it there and goes on with it.
 */
async function placeFirst(path: string, draft: string, fresh: Credential): Promise<Credential> {
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${credentialText(fresh)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
    return fresh;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return await readFirst(path);
    throw new Fault('STORE', 'the first token cannot be written', {
      ...{ where: path, cause: error },
      fix: 'See that the state directory has room, and that this user may write there.',
    });
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Where a store has no token, makes one for whoever sets the server up: once for ever, in a file of the state
 * directory. Null where there is one that is kept, or there was a first one.
 */
export async function firstToken(
  ground: AccessGround,
  directory: string,
): Promise<FirstToken | null> {
  if ((await listTokens(ground)).length > 0) return null;
  const path = join(directory, 'first-token');
  const draft = `${path}.${ground.chance.hex(8)}`;
  const credential = await placeFirst(path, draft, newTokenCredential(ground));
  const now = ground.clock.now().wall;
  const expiresAt = now + limits.firstTokenMs;
  const order = { name: 'first token', role: 'admin', cutovers: null, expiresAt } as const;
  // Kept for ever: once it has ended, nobody begins anew with the same file.
  const token = newToken({ ...order, by: 'this server' }, credential, { now, forEver: true });
  return (await ground.documents.put(token)) ? { path, expiresAt } : null;
}
