import { configSchema } from '../config/schema.ts';
import { type Run } from './spec.ts';

export const run: Run = async ({ terminal }) => {
  terminal.out(JSON.stringify(configSchema, null, 2));
  return 0;
};
