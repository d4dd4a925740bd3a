import { type OptionSpec } from './spec.ts';

/** Given to every command, before or after its name. */
export const globals: readonly OptionSpec[] = [
  { flags: '-c, --config <file>', description: 'configuration (default: ./dns-cutover.yaml)' },
  { flags: '--state <dir>', description: 'state directory (default: $XDG_STATE_HOME/dns-cutover)' },
  { flags: '--json', description: 'data as JSON on stdout' },
  { flags: '--utc', description: 'show times in UTC' },
  { flags: '--ascii', description: 'no characters beyond ASCII' },
  { flags: '--no-color', description: 'no colours (also: NO_COLOR)' },
  { flags: '--no-input', description: 'never ask a question' },
];
