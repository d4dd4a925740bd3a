import { type Warning } from '../config/reading.ts';
import { type Context } from './context.ts';

export const warningText = ({ where, message, fix }: Warning): string =>
  `warning: ${where}: ${message}\n  ${fix}`;

/**
 * Tells what the configuration is warned of, its secrets included, before a provider is asked.
 * @throws Fault CONFIG with every secret that cannot be used
 */
export async function tellWarnings({ terminal, config }: Context): Promise<void> {
  const { checkSecrets } = await import('../config/secrets.ts');
  const read = await config();
  for (const warning of [...read.warnings, ...(await checkSecrets(read))])
    terminal.talk(warningText(warning));
}
