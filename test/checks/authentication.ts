import { authenticationFindings } from '../../src/checks/authentication/authentication.ts';
import { type MailInput } from '../../src/checks/input.ts';
import { type Edit, type Order } from '../../src/cutover/order.ts';
import { type Finding } from '../../src/cutover/finding.ts';
import { type RRset } from '../../src/dns/rrset.ts';
import { parseName } from '../../src/dns/name.ts';
import { line } from '../support/world.ts';
import { known, mailInput, mailPlan } from './mail-example.ts';

/** One record that an order writes: `example.org TXT …`. */
export function edit(text: string): Edit {
  const { name, type, rdata } = line(text.replace(/^(\S+ \S+) /, '$1 300 '));
  return { name, type, want: { is: 'set', rdata }, ttl: null, where: 'test:1:1' };
}

/** Puts a mechanism into the SPF record that is there. */
export const joins = (mechanism: string): Edit => ({
  ...{ name: parseName('example.org'), type: 'TXT', ttl: null, where: 'test:1:1' },
  want: { is: 'spf', mechanism },
});

export interface Situation {
  /** What the servers of the world have, a line for each RRset; `name type !` for silence. */
  readonly world?: readonly string[];
  /** The new MX; hosts of nobody in particular where it is left out. */
  readonly to?: readonly string[];
  readonly order?: Partial<Order>;
  readonly input?: Partial<MailInput>;
}

const usual = ['mx.old.example A 300 192.0.2.10', 'mx.new.example A 300 192.0.2.20'];

/** What is there of the domain itself, so that a plan is made on it. */
function current(world: readonly string[]): readonly RRset[] {
  const sets = world.filter(text => !text.endsWith(' !')).map(line);
  const own = sets.filter(({ name }) => name.endsWith('example.org.'));
  const hasMx = own.some(({ name, type }) => name === 'example.org.' && type === 'MX');
  return hasMx ? own : [line('example.org MX 3600 10 mx.old.example.'), ...own];
}

/** The findings of one check in a situation. */
export async function found(id: string, situation: Situation): Promise<readonly Finding[]> {
  const { world = [], to = ['0 mx.new.example.'], order = {}, input = {} } = situation;
  const plan = mailPlan(to, order, current(world));
  const inquire = known(...usual, ...world);
  const findings = await authenticationFindings(mailInput(plan, { inquire, ...input }));
  return findings.filter(finding => finding.id === id);
}

/** `status subject: summary` of each. */
export const told = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ status, subject, summary }) => `${status} ${subject}: ${summary}`);
