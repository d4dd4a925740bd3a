const exitCodes = `Exit codes

    0  all is well, or there is nothing to do
    1  an error that has no code of its own
    2  there are changes (plan --detailed-exitcode)
    3  a check or a gate failed; check also where the provider cannot do what is planned;
       verify-closed where a host still takes mail
    4  credentials are unknown, wrong or lack a right; a token of --server as well
    5  conflict: the zone, the plan or the cutover is not what was expected; nothing was overwritten
    6  the cutover ended rolled back
    7  a person must decide
    8  still pending, or the owner does not answer
   64  the command line is wrong
   65  the configuration, or a state file, is wrong; or a provider has not what it names
   69  a server (also that of --server) or provider cannot be reached; verify-closed where nothing is proven
  130  stopped by Ctrl-C; a cutover stays resumable
  143  stopped by SIGTERM; a cutover stays resumable

Any other code is a failure, too.
`;

const environment = `Environment

  XDG_STATE_HOME   where the state directory is, unless --state names one
  NO_COLOR         no colours
  COLUMNS          how wide text is in a file or a pipe (80, unless it says 40 to 1000)
  TZ               the zone in which times are shown, unless --utc

  DNS_CUTOVER_SERVER       the server that commands ask (--server), such as https://cutover.example.org
  DNS_CUTOVER_TOKEN_FILE   the file with a token of it (--token-file)
  DNS_CUTOVER_HEALTH_URL   where the health check of the container asks (http://127.0.0.1:8053/readyz)

  NODE_EXTRA_CA_CERTS   a file of certificates (PEM) to trust besides the usual ones, for resolvers over TLS
                        and HTTPS, and servers (--server), that have an authority of their own

Credentials, where the configuration names no others
  cloudflare   CLOUDFLARE_API_TOKEN, unless tokenFile is set
  route53      the default chain of AWS: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN,
               AWS_PROFILE (unless profile is set), ~/.aws, SSO, a web identity, the role of this machine
  google       Application Default Credentials: GOOGLE_APPLICATION_CREDENTIALS, those of gcloud,
               the service account of this machine
  rfc2136      nothing: the key is in a file (secretFile)

A secret never stands on the command line or in the configuration, which names files at most.
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

const resolvers = `Resolvers, and what is said of them

  A resolver keeps what it fetched until the TTL is over. So after a change each turns at its own moment, and
  propagation says for each of them what it answers, why, and until when that can go on.

  new      it gave the new set, and nothing that was seen can bring the old one back
  old      it gave the old set
  mixed    both: several caches behind one address, or an entry that is not over; and an anycast address
           that is waited for, until enough of its machines have said new
  other    neither of them: filtered, rewritten, or another old set
  empty, refused, silent   it cannot tell; it counts as neither new nor old

Causes of what is not new
  waiting for its TTL      it fetched before the change; its end is known
  raises TTLs              it keeps entries for longer than the zone says
  does not count down      its TTL stands still, so nothing tells when it ends
  serves stale             it gives data that is over (RFC 8767), or says so (EDE 3)
  several caches disagree  some behind the address have turned, some have not
  fetched old again        an authoritative server still gave old after the change
  filtered or rewritten    it says what no authoritative server says
  silent or refused        it does not answer this machine
  other                    nothing that was seen explains it

Signatures (DNSSEC): each is asked whether it validated (AD). AD is its claim. Bogus is what it says of a zone that is
  signed wrongly (EDE 6 to 12 and 25, RFC 8914): its users reach nothing, and putting records back does not heal it.

Anycast services answer from many places: they count apart from countries and continents (UN M49).

  Shares are weight(new) / weight(all that can tell). Weights are estimates, and public resolvers are a proxy:
  those that mail senders use are closed. Authoritative servers decide; resolvers inform.

Lists: --resolvers and watch.resolvers take default, core, none, or a file with a list in JSON or YAML:
  [{ "id": "corp", "addresses": ["192.0.2.53", "2001:db8::53"], "port": 53, "weight": 2, "tier": "core" }]
Only id and addresses must be there. Path of watch.resolvers: beside the configuration.
"transports": ["udp", "tls", "https"] are asked in this order, the next where one is silent; TCP stands behind UDP.
  tls needs dotHost (the name in its certificate), https dohTemplate: https://dns.example/dns-query{?dns}
A mix has commas, and what begins with a hyphen is left out: core,./mine.json,-quad9,-./quarantine.json.
In the configuration: watch: { resolvers: [core, ./mine.json], except: [quad9, ./quarantine.json] }.
See: dns-cutover resolvers list, test, add, remove, update.
`;

async function formats(): Promise<string> {
  const { csvColumns } = await import('../view/propagation/csv.ts');
  const { wrap } = await import('../view/table.ts');
  const columns = wrap(csvColumns.join(', '), 96).map(line => `    ${line}`);
  return `What programs read; fields and columns are only ever added

  --json   one object; with --watch one a line for each change
    propagation  domain, type, expected, old, aliases, authoritative (each server), resolvers (each, with verdict,
                 rdata, ttlLeft, cause, until, ede, dnssec, flushUrl, members of a service), answers (groups
                 of them), dnssec, tally (counts, share, and operators, countries, continents), outlook
                 (when 50 %, 95 % and all are new, and who is waited for), standing, notes
    probe        vantage, at, seen (each address with role, reception, said, tls, recipients), unresolved, egress, sts:
                 what \`observe --probe\` reads elsewhere; and domain, verdict (ready, not-ready, cannot-tell),
                 summary, dialogues (each with banner, ehlo, tls, its certificate, recipients, remedy, again)
    verify-closed domain, goal (refuses, forwards), verdict (closed, open, not-proven), summary, at, recipients,
                 addresses (each with role, verdict, why, recipient, said), unresolved, advice
    An error is { error: { code, message, where, fix } }; the exit code is the same as without --json.

  --csv    propagation: RFC 4180, UTF-8, a header row, then authoritative servers and resolvers, a row each
${columns.join('\n')}
    Several records stand in one cell, between them " | ". A cell that a spreadsheet would take for a formula (=, +, -
    or @ in front) begins with an apostrophe. Columns are found by their names: later versions add some at the end.

  Moments are ISO 8601 in UTC, spans are seconds, shares go from 0 to 1; null, or an empty cell, is "not known".
`;
}

/** `help TOPIC`. */
export const topics: Readonly<Record<string, () => string | Promise<string>>> = {
  'exit-codes': () => exitCodes,
  environment: () => environment,
  stages: () => stages,
  resolvers: () => resolvers,
  formats,
  checks: async () => (await import('./help-checks.ts')).helpChecks(),
  presets: async () => (await import('../view/presets-text.ts')).presetsText(),
};
