const exitCodes = `Exit codes

    0  all is well, or there is nothing to do
    1  an error that has no code of its own
    2  there are changes (plan --detailed-exitcode)
    3  a check or a gate failed
    4  credentials are unknown, wrong or lack a right
    5  conflict: the zone, the plan or the cutover is not what was expected; nothing was overwritten
    6  the cutover ended rolled back
    7  a person must decide
    8  still pending, or the owner does not answer
   64  the command line is wrong
   65  the configuration, or a state file, is wrong
   69  a server or provider cannot be reached
  130  stopped by Ctrl-C; a cutover stays resumable
  143  stopped by SIGTERM; a cutover stays resumable

Any other code is a failure, too.
`;

const environment = `Environment

  XDG_STATE_HOME   where the state directory is, unless --state names one
  NO_COLOR         no colours
  TZ               the zone in which times are shown, unless --utc

Secrets are never taken from the environment or the command line, only from files.
`;

const stages = `Stages, in order

  snapshot    what is there, from the provider and every authoritative address; nothing is written
  lower       the claim, the prepare records, then the low TTL
  drain       waits until no honest cache can hold the old TTL any more
  gate        checks, window, attestations, approval: may this step swap?
  swap        compare-and-swap of the MX, read back, agreed by the authoritative servers
  propagate   until the new set has spread
  sweep       the last sweep of the old host; somebody confirms mail-swept
  settle      the TTL is restored, the records of afterwards are written, the claim goes
  done

  rollback    beside the line: the MX first and alone, one step back; then the exact snapshot

A hold means that a person must decide; status names the ways out. Paused is an operator's own stop.
`;

async function checks(): Promise<string> {
  const { catalogue } = await import('../checks/checks.ts');
  const rows = catalogue.map(
    ({ id, severity, what }) => `  ${id.padEnd(28)}${severity.padEnd(9)} ${what}`,
  );
  return `Checks\n\n${rows.join('\n')}\n\nA blocker that failed or could not be tested stops the gate, unless it is accepted by id and reason.\n`;
}

/** `help TOPIC`. */
export const topics: Readonly<Record<string, () => string | Promise<string>>> = {
  'exit-codes': () => exitCodes,
  environment: () => environment,
  stages: () => stages,
  checks,
};
