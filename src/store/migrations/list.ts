import { type Migration } from 'kysely/migration';
import * as journal from './0001-journal.ts';

/** Every migration ever released, in order. Their number is the version of the schema. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-journal': journal,
};
