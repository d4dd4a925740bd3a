import { type ChainKeeper, chainKeeper } from '../authority/chain/keeper.ts';
import { discover } from '../authority/delegation.ts';
import { inquirer } from '../authority/inquire.ts';
import { prover } from '../authority/prove.ts';
import { inParallel } from '../authority/parallel.ts';
import { survey } from '../authority/survey.ts';
import { canaryFindings } from '../checks/canary.ts';
import { surveyFindings } from '../checks/checks.ts';
import { mailFamilies } from '../checks/families.ts';
import { hostingFindings } from '../checks/hosting.ts';
import { type CheckInput, type MailInput } from '../checks/input.ts';
import { writeFindings } from '../checks/write.ts';
import { type Acceptance, type Finding } from '../cutover/finding.ts';
import { mailRecipients, movedOwners } from '../cutover/mail/hosts.ts';
import { type AuthorityOrder } from '../cutover/order.ts';
import { type Plan } from '../cutover/plan.ts';
import { type ServerAddress, type Survey } from '../cutover/survey.ts';
import { claimKey } from '../cutover/write.ts';
import { type Name } from '../dns/name.ts';
import { type Key } from '../dns/rrset.ts';
import { type Provider } from '../provider.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { type FetchPolicy } from '../mail/probe.ts';
import { type Probed } from '../mail/probed.ts';
import { comingTargets, nobodysRecipients } from '../probe/targets.ts';
import { bounded } from './bounded.ts';
import { type Environment } from './environment.ts';
import { probeHosts } from './probing.ts';

export interface LookAt {
  readonly domain: Name;
  readonly provider: string;
  readonly authority: AuthorityOrder;
  readonly keys: readonly Key[];
}

/** Where the delegation of a domain leads now. */
export async function locate(
  environment: Environment,
  { domain, authority }: Pick<LookAt, 'domain' | 'authority'>,
  signal: AbortSignal,
): Promise<readonly ServerAddress[]> {
  const { ask, lookups: system } = environment;
  const lookups = authority.lookups.length > 0 ? authority.lookups : await system();
  return (await discover({ domain, authority, ask, lookups, port: 53 }, signal)).servers;
}

/** Looks at a zone from both sides: what its provider holds and what its servers serve. */
export async function look(
  environment: Environment,
  { domain, provider: name, authority, keys }: LookAt,
  signal: AbortSignal,
): Promise<Survey> {
  const { ask, clock } = environment;
  const provider = bounded(await environment.provider(name), clock);
  const { replace, lookups: named } = authority;
  // Where every server is named nobody needs to be looked up, and this machine may have no resolver.
  const lookups = named.length > 0 || replace.length > 0 ? named : await environment.lookups();
  const claim = claimKey(domain);
  const where = { domain, keys, claimKey: claim, authority, lookups, port: 53 };
  // Servers from the configuration stand for a zone that others may not see, or not so.
  const above = lookups.length === 0 ? null : lookups;
  return survey({ ...where, above, provider, ask, clock }, signal);
}

/** What has the answers of a cutover's servers validated, while it runs. */
export async function chainOf(
  { ask, clock, lookups: system }: Environment,
  { zone, authority }: Pick<Plan, 'zone' | 'authority'>,
): Promise<ChainKeeper> {
  const { replace, lookups: named, trustAnchors } = authority;
  if (named.length > 0 || replace.length > 0)
    return chainKeeper({
      ...{ zone, trustAnchors, ask, clock },
      lookups: named.length > 0 ? named : null,
    });
  // The rounds go on whatever becomes of this machine's resolvers: without any, nobody can tell.
  const lookups = await system().catch(() => []);
  return chainKeeper({ zone, trustAnchors, ask, clock, lookups });
}

/** What the checks judge a zone by. */
export interface Judged {
  readonly plan: Plan;
  readonly survey: Survey;
  readonly places: Readonly<Record<string, number>>;
  readonly step: number;
  /** Run ids whose claim does not stand in the way. */
  readonly runs: readonly string[];
  readonly accepted: readonly Acceptance[];
  /** The proof of the drain, and whether its gate was entered since. Absent before a start. */
  readonly drain?: NonNullable<CheckInput['drain']>;
  /** The waits of the prepare records. Absent before a start. */
  readonly prepared?: NonNullable<CheckInput['prepared']>;
  /** True where a step may be swapped after this. */
  readonly gate: boolean;
}

/** Families wait for strangers most of the time, each for others. */
const FAMILIES_AT_ONCE = 4;

/** Servers that answered a moment ago are asked before those that did not. */
const bestFirst = ({ round: { readings } }: Survey): readonly ServerAddress[] => [
  ...readings.filter(({ state }) => state === 'answered'),
  ...readings.filter(({ state }) => state === 'silent'),
];

/** Several checks look at one policy: it is fetched from each address once. */
function fetchedOnce(fetchPolicy: FetchPolicy): FetchPolicy {
  const known = new Map<string, ReturnType<FetchPolicy>>();
  return (of, signal) => {
    const place = `${of.host} ${of.address} ${of.port}`;
    const fetched = known.get(place) ?? fetchPolicy(of, signal);
    known.set(place, fetched);
    return fetched;
  };
}

/** What the checks of mail look at, and whom they may ask. */
function mailInput(
  environment: Environment,
  { judged, provider }: { judged: Judged; provider: Provider },
  signal: AbortSignal,
): MailInput {
  const { ask, clock, chance, converse, fetchPolicy, lookups: system } = environment;
  const { zone, authority } = judged.plan;
  const servers = bestFirst(judged.survey);
  const asking = { ask, zone, servers, authority, system, port: 53 };
  const inquire = inquirer(asking, signal);
  const { trustAnchors } = authority;
  const prove = prover({ ...asking, clock, trustAnchors }, signal);
  let look: Promise<Probed | null> | undefined;
  const probed = (): Promise<Probed | null> =>
    (look ??= probeBefore(environment, { judged, inquire }, signal));
  return {
    ...{ ...judged, provider, inquire, prove, converse, probed, clock, chance, signal },
    fetchPolicy: fetchedOnce(fetchPolicy),
  };
}

/** One look at the hosts that are to come and those that go; null where the plan has nobody asked. */
async function probeBefore(
  environment: Environment,
  { judged: { plan, step, gate }, inquire }: { judged: Judged; inquire: Inquire },
  signal: AbortSignal,
): Promise<Probed | null> {
  if (plan.policy.mail?.ask !== true) return null;
  const targets = comingTargets(plan, { step, gate });
  const recipients = [
    ...mailRecipients(plan, movedOwners(plan)),
    ...(gate ? nobodysRecipients(plan, environment.chance) : []),
  ];
  return probeHosts(environment, { plan, targets, recipients, inquire }, signal);
}

/** Every finding there is: about authority, state, the right to write, and mail. */
export async function judge(
  environment: Environment,
  judged: Judged,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { plan, survey: seen, places, step } = judged;
  const provider = bounded(await environment.provider(plan.provider), environment.clock);
  const findings = surveyFindings(judged);
  const { hosted, delegation, claim } = seen;
  const hosting = await hostingFindings({ plan, provider, delegation, signal });
  const writes = await writeFindings({ plan, provider, places, step, hosted, claim, signal });
  const canary = await canaryFindings({ plan, provider, places, signal });
  const input = mailInput(environment, { judged, provider }, signal);
  const mail = await inParallel(mailFamilies, FAMILIES_AT_ONCE, family => family(input));
  return [...findings, ...hosting, ...writes, ...canary, ...mail.flat()];
}
