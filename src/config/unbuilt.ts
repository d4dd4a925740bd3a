import { type Path } from './document.ts';
import { type Reading, warn } from './reading.ts';
import { type ConfigFile } from './schema.ts';
import { valueAt } from './validate.ts';

/** Says of every part of the file that is read and kept, but not yet acted on. */
export function warnOfUnbuilt(reading: Reading, file: ConfigFile): void {
  const { document } = reading;
  const written = (path: Path): boolean => valueAt(document.value, path) !== undefined;
  const note = (path: Path, message: string, fix: string): void => {
    if (written(path)) warn(reading, path, { message, fix });
  };
  for (const [index, { rollback }] of file.cutovers.entries()) {
    const at = ['cutovers', index];
    note([...at, 'checks', 'smtp'], 'mail hosts are not asked yet', 'Test the new hosts by hand.');
    if (rollback.automatic !== 'never')
      note(
        [...at, 'rollback', 'automatic'],
        'nothing is rolled back by itself yet, because mail hosts are not probed yet',
        'Have somebody watch the swap who can run `dns-cutover rollback`.',
      );
  }
  if (file.webhooks.length > 0) note(['webhooks'], 'webhooks are not sent yet', later);
}

const later = 'Nothing to do; it is kept for a later version.';
