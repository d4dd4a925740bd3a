import { type Config } from '../config/config.ts';
import { type Warning } from '../config/reading.ts';
import { type Context } from './context.ts';

export const warningText = ({ where, message, fix }: Warning): string =>
  `warning: ${where}: ${message}\n  ${fix}`;

/**
 * Everything that a configuration is warned of, the files that it names included.
 * @throws Fault CONFIG with every secret, or every list of resolvers, that cannot be used
 */
export async function warningsOf(config: Config): Promise<readonly Warning[]> {
  const [{ checkSecrets }, { checkResolverLists }] = await Promise.all([
    import('../config/secrets.ts'),
    import('../config/watch-lists.ts'),
  ]);
  const warnings = await checkSecrets(config);
  await checkResolverLists(config);
  return [...config.warnings, ...warnings];
}

/** Tells all that before a provider is asked. @throws Fault CONFIG, as above */
export async function tellWarnings({ terminal, config }: Context): Promise<void> {
  for (const warning of await warningsOf(await config())) terminal.talk(warningText(warning));
}
