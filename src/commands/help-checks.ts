import { catalogue } from '../checks/checks.ts';
import { type Description, type Family } from '../checks/check.ts';
import { wrap } from '../view/table.ts';

/** Families in the order in which a move meets them, and what each is about. */
const families: Readonly<Record<Family, string>> = {
  authority: 'Delegation and authority',
  state: 'Current state, and the right to write',
  hosts: 'New mail hosts, as DNS has them',
  smtp: 'New mail hosts, as they answer',
  policy: 'Policies of transport: MTA-STS, DANE, TLS-RPT',
  authentication: 'Authentication of mail: SPF, DKIM, DMARC; and autodiscover',
  people: 'Window and people',
};

const ID_COLUMNS = 30;
const SEVERITY_COLUMNS = 9;
const TEXT_COLUMNS = 58;

const hang = ' '.repeat(ID_COLUMNS + SEVERITY_COLUMNS + 2);

/** One check; the lines of its sentence stand below each other. */
function rowOf({ id, severity, what }: Description): string {
  const [first = '', ...rest] = wrap(what, TEXT_COLUMNS);
  const head = `  ${id.padEnd(ID_COLUMNS - 1)} ${severity.padEnd(SEVERITY_COLUMNS)}${first}`;
  return [head, ...rest.map(line => `${hang}${line}`)].join('\n');
}

function sectionOf([family, title]: readonly [string, string]): string {
  const rows = catalogue.filter(check => check.family === family).map(rowOf);
  return `${title}\n\n${rows.join('\n')}\n`;
}

/** `help checks`: every check by family, with its severity and what it looks at. */
export const helpChecks = (): string =>
  `Checks

${Object.entries(families).map(sectionOf).join('\n')}
Each says pass, fail, warn, could-not-test or skipped. Could-not-test is neither: this machine could not
judge, or nobody answered. A blocker that failed or could not be tested stops the gate, unless somebody
accepts it by its id and a reason, for one subject or for all; the journal keeps who did.

In the configuration: checks: { accept: [{ id: ID, subject: SUBJECT, reason: WHY }],
                                severity: { ID: blocker | warning | info } }
On the command line: dns-cutover start or approve … --accept ID[:SUBJECT] --reason WHY
What they say now: dns-cutover check
`;
