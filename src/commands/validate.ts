import { displayName } from '../dns/name.ts';
import { type Run } from './spec.ts';

export const run: Run = async context => {
  const { terminal, json } = context;
  const { file, orders, warnings } = await context.config();
  const domains = orders.map(({ domain }) => displayName(domain));
  if (json) {
    terminal.out(JSON.stringify({ file, valid: true, domains, warnings }));
    return 0;
  }
  for (const { where, found, fix } of warnings)
    terminal.talk(`warning: ${where}: ${found}\n  ${fix}`);
  terminal.out(`${file} is valid: ${domains.join(', ')}`);
  return 0;
};
