import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the AWS command line looks (AWS CLI user guide, "Configuration and credential file settings"). */
const filesOf = (env: NodeJS.ProcessEnv): readonly string[] => [
  env['AWS_CONFIG_FILE'] ?? join(homedir(), '.aws', 'config'),
  env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir(), '.aws', 'credentials'),
];

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // A file that is not there or not readable has no profiles for anybody.
    return '';
  }
}

/** The names of the profiles that exist, and nothing else of the files. */
export function profileNames(env = process.env): readonly string[] {
  const heads = filesOf(env).flatMap(file => [
    ...textOf(file).matchAll(/^[ \t]*\[[ \t]*(?:profile[ \t]+)?([\w.@+/:-]{1,64})[ \t]*\]/gm),
  ]);
  return [...new Set(heads.map(([, name = '']) => name))].sort();
}
