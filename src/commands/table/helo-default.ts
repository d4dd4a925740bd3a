/** Who asks is often asked back: hosts refuse or put off names that do not lead to the address. */
export const heloDefault =
  'the name in EHLO (default: checks.smtp.helo, or the name of this machine where it is a whole one, or its address)';
