import { packageVersion } from './package-version.ts';
import { type Run } from './spec.ts';

export const run: Run = async ({ terminal, json }) => {
  const versions = {
    'dns-cutover': packageVersion(),
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? 'unknown',
  };
  terminal.out(
    json
      ? JSON.stringify(versions)
      : Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join('\n'),
  );
  return 0;
};
