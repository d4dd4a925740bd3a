import { publishedListSchema, publishedSchema } from '../config/published.ts';
import { flagOption } from './parse.ts';
import { type Run } from './spec.ts';

export const run: Run = async ({ terminal }, input) => {
  const schema = flagOption(input, 'resolvers') ? publishedListSchema() : publishedSchema();
  terminal.out(JSON.stringify(schema, null, 2));
  return 0;
};
