import { stringify } from 'yaml';
import { effective } from '../config/effective.ts';
import { type Run } from './spec.ts';

export const run: Run = async context => {
  const { terminal, json } = context;
  const shown = effective(await context.config());
  terminal.out(json ? JSON.stringify(shown) : stringify(shown));
  return 0;
};
