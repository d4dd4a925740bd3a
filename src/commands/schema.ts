import { publishedSchema } from '../config/published.ts';
import { type Run } from './spec.ts';

export const run: Run = async ({ terminal }) => {
  terminal.out(JSON.stringify(publishedSchema(), null, 2));
  return 0;
};
