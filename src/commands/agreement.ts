import { type Finding, blocksStart, type Acceptance } from '../cutover/finding.ts';
import { Fault } from '../errors.ts';
import { alike, findingsText, subjectsText, tally } from '../view/findings.ts';
import { type Context } from './context.ts';

/** What a person is asked to agree to. */
export interface Proposal {
  readonly hash: string;
  /** Without the final dot. */
  readonly domain: string;
  readonly text: string;
}

export const otherHash = (given: string, known: string, domain: string): Fault =>
  new Fault('CONFLICT', `the plan is ${known}, not ${given}`, {
    where: '--plan-hash',
    fix: `the configuration or the zone changed since that plan was made: look at dns-cutover plan ${domain}`,
  });

export const sameHash = (a: string, b: string): boolean =>
  a.replaceAll('-', '') === b.replaceAll('-', '');

/** Off a terminal nobody can be asked. @throws Fault USAGE */
export function requireHash({ terminal }: Context, hash: string | null, name: string): void {
  if (hash !== null || terminal.interactive) return;
  throw new Fault('USAGE', 'which plan? A start needs the hash of the plan that was looked at', {
    where: '--plan-hash',
    fix: `dns-cutover plan ${name} prints it`,
  });
}

/** On a terminal the plan is shown and the domain asked for; elsewhere the hash must be given. */
export async function agreed(
  { terminal }: Context,
  { hash: known, domain, text }: Proposal,
  hash: string | null,
): Promise<void> {
  if (hash !== null) {
    if (!sameHash(hash, known)) throw otherHash(hash, known, domain);
    return;
  }
  terminal.talk(text);
  const typed = await terminal.question(`Type ${domain} to start this plan: `);
  if (typed !== domain)
    throw new Fault('REFUSED', 'nothing was started', { fix: `type ${domain} next time` });
}

/** Blockers stop a start before anything is recorded. A terminal may accept them, each with a reason. */
export async function mended(
  { terminal }: Context,
  findings: readonly Finding[],
  accepted: readonly Acceptance[],
): Promise<readonly Acceptance[]> {
  const all = [...accepted];
  const blocking = findings.filter(finding => blocksStart(finding, all));
  if (blocking.length === 0) return all;
  terminal.talk(findingsText(blocking, terminal.look()));
  for (const group of terminal.interactive ? alike(blocking) : []) {
    const id = group[0]?.id ?? '';
    const reason = await terminal.question(
      `Accept ${id} (${subjectsText(group)})? Type a reason, or nothing to stop: `,
    );
    if (reason === '') break;
    // Each by its own name: what is mended later leaves the others accepted.
    all.push(...group.map(({ subject }) => ({ id, subject, reason })));
  }
  const left = blocking.filter(finding => blocksStart(finding, all));
  if (left.length === 0) return all;
  throw new Fault('CHECK_FAILED', `${tally(left)} must pass before anything is written`, {
    fix: 'mend what is named above, or accept it: --accept ID[:SUBJECT] --reason TEXT',
  });
}
