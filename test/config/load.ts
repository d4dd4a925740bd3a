import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { type Problem } from '../../src/config/problem.ts';
import { isFault } from '../../src/errors.ts';

export const NOW = Date.parse('2026-11-21T00:00:00Z');

/** Runs something with a folder of its own. */
export async function inFolder<Result>(run: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'dns-cutover-config-'));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The configuration of a text or of bytes. */
export async function load(text: string | Uint8Array, now = NOW): Promise<Config> {
  return inFolder(async folder => {
    const file = join(folder, 'c.yaml');
    await writeFile(file, text);
    return loadConfig(file, now);
  });
}

/** The problems of a CONFIG fault, the file cut away: `7:3` instead of `FOLDER/c.yaml:7:3`. */
export async function problemsOf(doing: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await doing;
  } catch (error) {
    if (!isFault(error, 'CONFIG')) throw error;
    const problems = (error.details?.['problems'] ?? []) as readonly Problem[];
    return problems.map(problem => ({
      ...problem,
      where: problem.where.replace(/^.*c\.yaml:?/, ''),
    }));
  }
  return [];
}

/** A whole file around the keys of one cutover of example.org; its first line is line 4. */
export const around = (keys: string): string =>
  `providers:
  onprem: { type: rfc2136, server: 192.0.2.53, key: { name: k, algorithm: hmac-sha256, secretFile: s } }
cutovers:
${keys
  .trimEnd()
  .split('\n')
  .map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`))
  .join('\n')}
`;

/** The same with domain, provider and records given; the keys begin at line 7, column 5. */
export const cutover = (keys: string): string =>
  around(`domain: example.org
provider: onprem
records: [{ name: '@', type: MX, set: ['0 mx.new.example'] }]
${keys}`);

/** The same for one list of records; its entry stands at line 7, column 9. */
export const records = (...entries: readonly string[]): string =>
  around(`domain: example.org
provider: onprem
records:
${entries.map(entry => `  - ${entry}`).join('\n')}`);
