import { scopeName } from '../access/order.ts';
import { isFault } from '../errors.ts';
import { type ConfiguredWebhook } from '../notify/notifier.ts';
import { readSigningSecrets } from '../notify/signature.ts';
import { type Secret } from '../secret.ts';
import { lineTypes } from '../view/sentences.ts';
import { readTarget } from '../web/guard.ts';
import { type Config } from './config.ts';
import { nearest } from './nearest.ts';
import { show } from './problem.ts';
import { besideFile } from './providers.ts';
import { type Reading, refuse, warn } from './reading.ts';
import { type ConfigFile } from './schema.ts';
import { type FoundSecret, readSecret } from './secret.ts';

type Entry = ConfigFile['webhooks'][number];

const known: readonly string[] = lineTypes;

function checkUrl(reading: Reading, index: number, { url, allowPrivate }: Entry): void {
  try {
    readTarget(url, { allowPrivate });
  } catch (error) {
    if (!isFault(error)) throw error;
    refuse(reading, ['webhooks', index, 'url'], {
      expected: 'a receiver that may be called',
      message: error.message,
      fix: error.fix ?? 'Correct it.',
    });
  }
}

/** What the schema cannot tell of the receivers. */
export function checkWebhooks(
  reading: Reading,
  { webhooks }: ConfigFile,
  domains: readonly string[],
): void {
  for (const [index, entry] of webhooks.entries()) {
    checkUrl(reading, index, entry);
    if (entry.shape === 'event' && entry.secretFile === undefined)
      refuse(reading, ['webhooks', index], {
        expected: 'secretFile, with the secret that signs what is sent',
        fix: 'Add secretFile; only chat tools (shape: slack or teams) verify no signature.',
      });
    for (const [at, type] of (entry.types ?? []).entries()) {
      if (known.includes(type)) continue;
      const meant = nearest(type, known);
      refuse(reading, ['webhooks', index, 'types', at], {
        expected: 'a type of event',
        fix: meant === null ? 'See docs/webhooks.md for all of them.' : `Did you mean ${meant}?`,
      });
    }
    for (const [at, name] of (entry.cutovers ?? []).entries())
      if (!domains.includes(scopeName(name).replace(/\.\d+$/, '')))
        warn(reading, ['webhooks', index, 'cutovers', at], {
          message: `no cutover of this file is called ${show(name)}: nothing is sent for it`,
          fix: 'Name a domain under cutovers, or leave the list out.',
        });
  }
}

/**
 * The secrets in the file of a webhook, at its place beside the configuration.
 * @throws Fault CONFIG what cannot be read, MALFORMED what signs nothing
 */
export async function readWebhookSecrets(
  path: string,
): Promise<{ readonly secrets: readonly Secret[]; readonly warning: FoundSecret['warning'] }> {
  const { secret, warning } = await readSecret(path, { decode: 'text' });
  const text = Buffer.from(secret.reveal()).toString('utf8');
  return { secrets: readSigningSecrets(text, path), warning };
}

/**
 * The receivers of the file with their secrets, for whoever sends.
 * @throws Fault CONFIG, MALFORMED as above
 */
export const openWebhooks = ({
  file,
  complete,
}: Pick<Config, 'file' | 'complete'>): Promise<readonly ConfiguredWebhook[]> =>
  Promise.all(
    complete.webhooks.map(async ({ url, shape, types, cutovers, allowPrivate, secretFile }) => {
      const path = secretFile === undefined ? null : besideFile(file, secretFile);
      return {
        order: {
          ...{ url, shape, types: types ?? null },
          cutovers: cutovers?.map(scopeName) ?? null,
        },
        allowPrivate,
        secrets: path === null ? [] : (await readWebhookSecrets(path)).secrets,
      };
    }),
  );
