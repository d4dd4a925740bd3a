// Writes config/cutover.schema.json, for editors. A test says when it is stale.
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { publishedSchema } from '../src/config/published.ts';

const file = new URL('../config/cutover.schema.json', import.meta.url);
const text = await format(JSON.stringify(publishedSchema()), { parser: 'json', printWidth: 100 });
writeFileSync(file, text);
