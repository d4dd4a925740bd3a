import { readFileSync } from 'node:fs';

/** From the package that this file is part of; one level further up once it is built. */
export function packageVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const text = readFileSync(new URL(path, import.meta.url), 'utf8');
      const { name, version } = JSON.parse(text) as { name: string; version: string };
      if (name === 'dns-cutover') return version;
    } catch {
      // Not there: the other layout.
    }
  }
  return 'unknown';
}
