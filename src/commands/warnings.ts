import { type Config } from '../config/config.ts';
import { type Warning } from '../config/reading.ts';
import { folded } from '../view/fault.ts';
import { type Context, type Terminal } from './context.ts';

/** On a terminal folded to its width, elsewhere in whole lines. */
export function tellWarning(
  { interactive, look, talk }: Pick<Terminal, 'interactive' | 'look' | 'talk'>,
  { where, message, fix }: Warning,
): void {
  const text = `warning: ${where}: ${message}\n  ${fix}`;
  talk(interactive ? folded(text, look().width) : text);
}

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
  for (const warning of await warningsOf(await config())) tellWarning(terminal, warning);
}
