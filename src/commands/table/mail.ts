import { type OptionSpec } from '../spec.ts';

/** What `probe` and `verify-closed` both take: whose mail it is, and how hosts are talked to. */
export const mailOptions: readonly OptionSpec[] = [
  { flags: '--domain <domain>', description: 'whose mail; the arguments are hosts then' },
  { flags: '--recipient <address>', description: 'another address to try', many: true },
  { flags: '--port <port>', description: 'the port (default: 25, or that of the plan)' },
  { flags: '--allow-private', description: 'ask hosts with private addresses, too' },
  // Who asks is often asked back: hosts refuse or put off names that do not lead to the address.
  {
    flags: '--helo <name>',
    description:
      'the name in EHLO (default: checks.smtp.helo, or the name of this machine where it is a whole one, or its address)',
  },
];
