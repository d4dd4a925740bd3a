// Writes the schemas of config/, for editors. A test says when one of them is stale.
import { writeFileSync } from 'node:fs';
import { publishedListSchema, publishedSchema } from '../src/config/published.ts';

const schemas = {
  'cutover.schema.json': publishedSchema(),
  'resolvers.schema.json': publishedListSchema(),
};
for (const [name, schema] of Object.entries(schemas)) {
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  writeFileSync(new URL(`../config/${name}`, import.meta.url), text);
}
