import { displayName } from '../dns/name.ts';
import { type Run } from './spec.ts';
import { tellWarning, warningsOf } from './warnings.ts';

export const run: Run = async context => {
  const { terminal, json } = context;
  const config = await context.config();
  config.refuseOverdue();
  const warnings = await warningsOf(config);
  const { file, orders } = config;
  const domains = orders.map(({ domain }) => displayName(domain));
  if (json) {
    terminal.out(JSON.stringify({ file, valid: true, domains, warnings }));
    return 0;
  }
  for (const warning of warnings) tellWarning(terminal, warning);
  terminal.out(`${file} is valid: ${domains.join(', ')}`);
  return 0;
};
