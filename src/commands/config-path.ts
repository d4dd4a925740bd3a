import { type Run } from './spec.ts';

export const run: Run = async ({ terminal, json, places }) => {
  const { config, state } = places;
  terminal.out(json ? JSON.stringify({ config, state }) : `config  ${config}\nstate   ${state}`);
  return 0;
};
