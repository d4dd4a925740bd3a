import { type Finding } from '../cutover/finding.ts';
import { LOW, SNAPSHOT, stepPosition, valueAt, type Track } from '../cutover/path.ts';
import { type Plan } from '../cutover/plan.ts';
import { claimKey } from '../cutover/write.ts';
import { type HostedRRset, keyText, rrset, type RRset, sameRRset } from '../dns/rrset.ts';
import { type Code, type Fault, toFault } from '../errors.ts';
import { type Move, type Provider } from '../provider.ts';
import { findingOf, type Catalogued, type Verdict } from './check.ts';

/** What is to be written, and where. */
export interface WriteInput {
  readonly plan: Plan;
  readonly provider: Provider;
  /** Where the provider was last confirmed to be, by `keyText`; empty before the start. */
  readonly places: Readonly<Record<string, number>>;
  /** The step whose swap is next, 0-based. */
  readonly step: number;
  /** What the provider holds now, by `keyText`. */
  readonly hosted: Readonly<Record<string, HostedRRset | null>>;
  /** The claim that stands there. */
  readonly claim: RRset | null;
  readonly signal: AbortSignal;
}

const dryRun: Catalogued = {
  id: 'provider-write-dry-run',
  family: 'state',
  severity: 'blocker',
  what: 'the provider would take the writes of this step, asked without any effect',
  expected: 'the provider would take it',
  consequence: 'The cutover would stop at this write.',
  refs: [],
};

const rollbackWritable: Catalogued = {
  id: 'rollback-writable',
  family: 'state',
  severity: 'blocker',
  what: 'the provider would take the rollback of this step, asked without any effect',
  expected: 'the provider would take it',
  consequence: 'If mail is in danger after the swap, it could not be undone.',
  refs: [],
};

/** The checks that need to ask the provider. */
export const writeChecks: readonly Catalogued[] = [dryRun, rollbackWritable];

/** One write as it would be sent, and what it is called. */
interface Asked {
  readonly what: string;
  readonly moves: readonly Move[];
  /** The state it starts from is not there yet: that it differs says nothing. */
  readonly early: boolean;
}

/** A value in the clothes of what is there now; the token is for the provider alone. */
const dressed = (value: RRset | null, like: HostedRRset | null): HostedRRset | null =>
  value === null
    ? null
    : { rrset: value, extras: like?.extras ?? null, token: like?.token ?? null };

/** Moves from what is there now to a position; RRsets that are there already need none. */
const movesTo = ({ hosted }: WriteInput, tracks: readonly Track[], position: number) =>
  tracks.flatMap((track): readonly Move[] => {
    const from = hosted[track.key] ?? null;
    const to = valueAt(track, position);
    return sameRRset(from?.rrset ?? null, to) ? [] : [{ from, to: dressed(to, from) }];
  });

const named = (moves: readonly Move[]): string =>
  moves
    .flatMap(({ from, to }) => to?.rrset ?? from?.rrset ?? [])
    .map(keyText)
    .join(', ');

/** Sets together where they land together, else one by one: as the writes will be made. */
function grouped(moves: readonly Move[], kind: string, together: boolean): readonly Asked[] {
  const groups = together && moves.length > 0 ? [moves] : moves.map(move => [move]);
  return groups.map(group => ({ what: `${kind}: ${named(group)}`, moves: group, early: false }));
}

/** A claim of nobody in particular, to be asked for; what stands there is a check of its own. */
async function claimAsked({ plan, provider, claim: there, signal }: WriteInput): Promise<Asked> {
  const key = claimKey(plan.domain);
  // Usually none is there, and what is not there needs no token: a request is spared.
  const from = there === null ? null : await provider.read(key, signal);
  const ttl = Math.max(60, provider.capabilities.minTtl ?? 0);
  const claim = rrset({ ...key, ttl, rdata: ['"dns-cutover run=none"'] });
  const moves = [{ from, to: dressed(claim, from) }];
  return { what: `claim: ${keyText(key)}`, moves, early: false };
}

/** Before the first write there is more to ask for than the swap. */
function lowAsked(input: WriteInput): readonly Asked[] {
  const { plan, provider, places } = input;
  const early = (track: Track) => (places[track.key] ?? SNAPSHOT) === SNAPSHOT;
  const prepared = plan.tracks.filter(track => early(track) && track.prepared && !track.swapped);
  const swapped = plan.tracks.filter(track => early(track) && track.swapped);
  return [
    ...grouped(movesTo(input, prepared, LOW), 'prepare', false),
    ...grouped(movesTo(input, swapped, LOW), 'low TTL', provider.capabilities.atomicSets),
  ];
}

function swapAsked(input: WriteInput): readonly Asked[] {
  const { plan, provider, step } = input;
  const swapped = plan.tracks.filter(track => track.swapped);
  const moves = movesTo(input, swapped, stepPosition(step));
  return grouped(moves, `swap ${plan.steps[step] ?? ''}`.trim(), provider.capabilities.atomicSets);
}

/** The MX alone and then one RRset at a time, from what the swap will have written. */
function rollbackAsked({ plan, step, hosted }: WriteInput): readonly Asked[] {
  const target = step === 0 ? LOW : stepPosition(step - 1);
  const tracks = plan.tracks.filter(track => track.swapped);
  return [...tracks.filter(isMx), ...tracks.filter(track => !isMx(track))].flatMap(track => {
    const like = hosted[track.key] ?? null;
    const from = dressed(valueAt(track, stepPosition(step)), like);
    const to = dressed(valueAt(track, target), like);
    if (sameRRset(from?.rrset ?? null, to?.rrset ?? null)) return [];
    return [{ what: `rollback: ${track.key}`, moves: [{ from, to }], early: true }];
  });
}

const isMx = ({ type }: Track): boolean => type === 'MX';

type Answer = { readonly what: string; readonly keys: readonly string[] } & (
  | { readonly is: 'yes' | 'cannot-tell' }
  | { readonly is: 'fault'; readonly fault: Fault }
);

const keyOf = (side: HostedRRset | null): readonly string[] =>
  side === null ? [] : [keyText(side.rrset)];

/** These are not about the zone: whoever runs the checks must hear them. */
const ours: readonly Code[] = ['ABORTED', 'BUG', 'STORE', 'LEASE_LOST'];

const faultOf = (asked: Pick<Answer, 'what' | 'keys'>, error: unknown): Answer => {
  const fault = toFault(error);
  if (ours.includes(fault.code)) throw fault;
  return { ...asked, is: 'fault', fault };
};

async function ask({ provider, signal }: WriteInput, asked: Asked): Promise<Answer> {
  const { what, moves, early } = asked;
  const about = { what, keys: moves.flatMap(({ from, to }) => keyOf(to ?? from)) };
  try {
    return { ...about, is: await provider.writable(moves, signal) };
  } catch (error) {
    const answer = faultOf(about, error);
    const differs = answer.is === 'fault' && answer.fault.code === 'CONFLICT';
    return early && differs ? { ...about, is: 'cannot-tell' } : answer;
  }
}

/** Nothing can be said when the provider was not heard. */
const unheard: readonly Code[] = ['UNAVAILABLE', 'RATE_LIMITED', 'MALFORMED'];

const isUnheard = (answer: Answer): boolean =>
  answer.is === 'fault' && unheard.includes(answer.fault.code);

function trouble({ plan }: WriteInput, { what, fault }: { what: string; fault: Fault }): Verdict {
  const silent = unheard.includes(fault.code);
  const said = fault.where === undefined ? fault.message : `${fault.where}: ${fault.message}`;
  const mend =
    fault.code === 'UNAUTHORIZED'
      ? 'Give the credentials the right to change these records, then check again.'
      : 'Mend what the provider objects to, then check again.';
  return {
    outcome: silent ? 'could-not-test' : 'bad',
    subject: what,
    // The same for every write that fails alike: what is alike can be told once.
    summary: silent
      ? `Whether ${plan.provider} would take this write could not be asked.`
      : `${plan.provider} would refuse this write: ${fault.message.replace(/\.$/, '')}.`,
    observed: `${fault.code} ${said}`,
    remedy: fault.fix ?? (silent ? 'Check again when the provider can be reached.' : mend),
  };
}

/** A verdict for each write with trouble, else a single one. */
function verdicts(input: WriteInput, answers: readonly Answer[]): readonly Verdict[] {
  const { plan } = input;
  const faults = answers.flatMap(answer => (answer.is === 'fault' ? [answer] : []));
  if (faults.length > 0) return faults.map(answer => trouble(input, answer));
  const subject = plan.provider;
  const observed = answers.map(({ what, is }) => `${what}: ${is}`).join('; ');
  if (answers.length === 0) {
    const summary = 'Nothing is left to be written.';
    return [{ outcome: 'skipped', subject, summary, observed: 'no change' }];
  }
  const unsure = answers.filter(({ is }) => is === 'cannot-tell').map(({ what }) => what);
  if (unsure.length === 0) {
    const summary = `${plan.provider} would take every write that was asked for.`;
    return [{ outcome: 'pass', subject, summary, observed }];
  }
  const summary = `${plan.provider} objects to nothing, but cannot tell beforehand for ${unsure.join('; ')}.`;
  return [{ outcome: 'pass', severity: 'info', subject, summary, observed }];
}

/** What speaks against a way forward in the same words speaks against the way back. */
const rights: readonly Code[] = ['UNAUTHORIZED', 'UNSUPPORTED'];

/**
 * The way back, where nobody could be asked for it: it starts from what the swap will have written. Where
 * the way forward of the same RRset is refused, it is not skipped: it needs the same right. This only warns,
 * because the refusal of the way forward stops the gate already, and whoever accepts that one has
 * accepted the cause.
 */
function backVerdicts(
  input: WriteInput,
  forward: readonly Answer[],
  backward: readonly Answer[],
): readonly Verdict[] {
  const unsure = backward.filter(({ is }) => is === 'cannot-tell');
  if (unsure.length === 0 || backward.some(({ is }) => is === 'fault'))
    return verdicts(input, backward);
  const refused = forward.flatMap(({ keys, ...answer }) =>
    answer.is === 'fault' && rights.includes(answer.fault.code) ? [{ keys, ...answer }] : [],
  );
  const like = refused.find(({ keys }) =>
    unsure.some(answer => answer.keys.some(key => keys.includes(key))),
  );
  const subject = input.plan.provider;
  const observed = backward.map(({ what, is }) => `${what}: ${is}`).join('; ');
  if (like !== undefined)
    return [
      {
        ...{ outcome: 'could-not-test', severity: 'warning', subject, observed },
        summary: `Not known before the swap; but ${subject} would refuse ${like.what} (${like.fault.code}), and the way back needs the same right.`,
        remedy: 'Mend what is refused on the way forward, then check again.',
      },
    ];
  if (unsure.length < backward.length) return verdicts(input, backward);
  const summary = `Not known before the swap: ${subject} cannot tell beforehand whether it would take ${unsure.map(({ what }) => what).join('; ')}.`;
  return [{ outcome: 'skipped', severity: 'info', subject, summary, observed }];
}

/** One after the other, until the provider is not heard: more questions would only wait as long. */
async function askInTurn(input: WriteInput, list: readonly Asked[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const asked of list) {
    const answer = await ask(input, asked);
    answers.push(answer);
    if (isUnheard(answer)) break;
  }
  return answers;
}

async function ahead(input: WriteInput): Promise<readonly Answer[]> {
  const { plan, places } = input;
  const begun = plan.tracks.some(({ key }) => (places[key] ?? SNAPSHOT) !== SNAPSHOT);
  const writes = [...lowAsked(input), ...swapAsked(input)];
  if (!plan.policy.claim || begun) return askInTurn(input, writes);
  try {
    return await askInTurn(input, [await claimAsked(input), ...writes]);
  } catch (error) {
    const key = keyText(claimKey(plan.domain));
    return [faultOf({ what: `claim: ${key}`, keys: [key] }, error)];
  }
}

async function back(input: WriteInput, before: readonly Answer[]): Promise<readonly Answer[]> {
  const asked = rollbackAsked(input);
  const lost = before.find(isUnheard);
  if (lost === undefined) return askInTurn(input, asked);
  return asked.slice(0, 1).map(({ what }) => ({ ...lost, what }));
}

/**
 * Asks the provider whether it would take the swap of this step, its rollback, and before the first
 * write also the claim, the prepare records and the low TTL. Nothing is changed. What the provider
 * answers is in the findings; throws ABORTED, and what is no answer: BUG, STORE, LEASE_LOST.
 */
export async function writeFindings(input: WriteInput): Promise<readonly Finding[]> {
  const forward = await ahead(input);
  const backward = await back(input, forward);
  return [
    ...verdicts(input, forward).map(verdict => findingOf(dryRun, verdict, input.plan)),
    ...backVerdicts(input, forward, backward).map(verdict =>
      findingOf(rollbackWritable, verdict, input.plan),
    ),
  ];
}
