import { type Migration } from 'kysely/migration';
import * as journal from './0001-journal.ts';
import * as watch from './0002-watch.ts';
import * as learnt from './0003-learnt.ts';
import * as fitness from './0004-fitness.ts';
import * as document from './0005-document.ts';

/** Every migration ever released, in order. Their number is the version of the schema. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-journal': journal,
  '0002-watch': watch,
  '0003-learnt': learnt,
  '0004-fitness': fitness,
  '0005-document': document,
};
