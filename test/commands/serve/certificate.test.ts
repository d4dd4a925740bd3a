import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCertificate } from '../../../src/commands/serve/certificate.ts';
import { isFault } from '../../../src/errors.ts';
import { type Identity, selfSigned } from '../../support/certificates.ts';

const day = 86_400_000;
let folder = '';
let own: Identity;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dns-cutover-certificate-'));
  own = selfSigned(['DNS:cutover.example']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Two files with these contents. */
async function files(cert: string, key: string) {
  const paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await writeFile(paths.cert, cert);
  await writeFile(paths.key, key);
  await chmod(paths.key, 0o600);
  return paths;
}

/** Where and why it is refused. */
async function refusal(paths: { readonly cert: string; readonly key: string }): Promise<string> {
  try {
    await readCertificate(paths, Date.now());
  } catch (error) {
    if (!isFault(error, 'CONFIG')) throw error;
    return `${error.where ?? ''}: ${error.message}; ${error.fix ?? ''}`;
  }
  return 'taken';
}

describe('the certificate of a server', () => {
  it('is read with its key', async () => {
    const read = await readCertificate(await files(own.cert, own.key), Date.now());
    expect(read).toEqual({ cert: own.cert, key: own.key.trim(), warnings: [] });
  });

  it('is warned of where it is of another time, or others can read the key', async () => {
    const paths = await files(own.cert, own.key);
    const late = await readCertificate(paths, Date.now() + 1000 * 365 * day);
    expect(late.warnings).toEqual([expect.stringMatching(/has expired at .*refuse it/)]);
    const early = await readCertificate(paths, Date.now() - 1000 * 365 * day);
    expect(early.warnings).toEqual([expect.stringMatching(/valid from .* on only/)]);
    await chmod(paths.key, 0o644);
    const { warnings } = await readCertificate(paths, Date.now());
    expect(warnings).toEqual([expect.stringMatching(/can be read .*chmod 600/)]);
  });

  it('is refused where it is none, and where the key is that of another', async () => {
    const other = selfSigned(['DNS:other.example']);
    expect(await refusal(await files('nonsense', own.key))).toMatch(/cert\.pem: .*no certificate/);
    expect(await refusal(await files(own.cert, other.key))).toMatch(/key\.pem: .*do not fit/);
    expect(await refusal(await files(own.cert, own.cert))).toMatch(/key\.pem: .*do not fit/);
    const said = await refusal(await files(own.cert, 'secret-nonsense'));
    expect(said).toMatch(/key\.pem: .*do not fit/);
    expect(said).not.toContain('secret-nonsense');
  });

  it('is refused where a file is missing', async () => {
    const paths = await files(own.cert, own.key);
    const gone = join(folder, 'gone.pem');
    expect(await refusal({ ...paths, cert: gone })).toMatch(/gone\.pem: .*cannot be read/);
    expect(await refusal({ ...paths, key: gone })).toMatch(/gone\.pem: .*does not exist/);
  });
});
