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
  if (file.webhooks.length > 0) note(['webhooks'], 'webhooks are not sent yet', later);
}

const later = 'Nothing to do; it is kept for a later version.';
