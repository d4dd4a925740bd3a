import { isFault } from '../errors.ts';
import { providers as builtIn } from '../../providers/index.ts';
import { type Config } from './config.ts';
import { type Problem, problemsFault } from './problem.ts';
import { type Adapters, besideFile } from './providers.ts';
import { type Warning } from './reading.ts';
import { type FoundSecret, readSecret } from './secret.ts';
import { valueAt } from './validate.ts';
import { readWebhookSecrets } from './webhooks.ts';

/** Reads what a file holds, as far as it must be right; MALFORMED and CONFIG say what is wrong. */
type Read = (path: string) => Promise<Pick<FoundSecret, 'warning'>>;

/**
 * Reads every secret that the configuration names, for `validate`, and before anything is started.
 * @returns warnings about files that others can read
 * @throws Fault CONFIG with every secret that cannot be used, at its place in the configuration
 */
export async function checkSecrets(
  config: Config,
  adapters: Adapters = builtIn,
): Promise<readonly Warning[]> {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const check = async (where: string, path: string, read: Read): Promise<void> => {
    try {
      const { warning } = await read(path);
      if (warning !== null) warnings.push({ where, ...warning });
    } catch (error) {
      if (!isFault(error, 'CONFIG') && !isFault(error, 'MALFORMED')) throw error;
      problems.push({
        where,
        found: path,
        expected: 'a file with a secret',
        message: error.message,
        fix: error.fix ?? 'Correct it.',
      });
    }
  };
  for (const [name, { type, settings }] of Object.entries(config.providers))
    for (const { path, form } of adapters[type]?.secrets ?? []) {
      const file = valueAt(settings, path);
      const where = config.document.where(['providers', name, ...path]);
      if (typeof file === 'string')
        await check(where, file, named => readSecret(named, { decode: form }));
    }
  for (const [index, { secretFile }] of config.complete.webhooks.entries()) {
    if (secretFile === undefined) continue;
    const where = config.document.where(['webhooks', index, 'secretFile']);
    await check(where, besideFile(config.file, secretFile), readWebhookSecrets);
  }
  if (problems.length > 0) throw problemsFault(config.file, problems);
  return warnings;
}
