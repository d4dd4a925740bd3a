import { type Instant, type Now } from '../clock.ts';
import { canaryIsGone } from '../cutover/canary.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { bars, type Bar } from '../cutover/gate.ts';
import { waitsForOthers } from '../cutover/mail/retire.ts';
import { displayName } from '../dns/name.ts';
import { troubled } from '../cutover/standing.ts';
import { type Purpose } from '../cutover/intent.ts';
import { frozenUntil } from '../cutover/write.ts';
import { forecastAt, settlingTimes, spreadOf } from './forecast.ts';
import { reasonOf, waysOutOf } from './hold.ts';
import { adviceText } from './mail/text.ts';
import { brewingNext } from './mail/trouble.ts';
import { verdictText } from './mail/retire-text.ts';
import { abandonedText, rolledBackText } from './rolled-back.ts';
import { deniedNext, lastingNext } from './trouble.ts';
import { commandText, count, isoOrNull } from './words.ts';
import { resolverNoun } from './world/aim.ts';
import { lagging, type CachesNow } from './world/world.ts';

/** Who acts next and what they do; never empty, so that nobody has to guess. */
export interface Next {
  readonly who: 'controller' | 'person' | 'orchestrator' | 'nobody';
  /** One sentence. */
  readonly what: string;
  /** ISO 8601: when it happens, or until when it has to. */
  readonly at: string | null;
  /** The line to type, when a person or an orchestrator is next. */
  readonly command: string | null;
}

const controller = (what: string, at: Instant | null = null): Next => ({
  who: 'controller',
  what,
  at: isoOrNull(at),
  command: null,
});

const person = (what: string, command: string | null, at: Instant | null = null): Next => ({
  who: 'person',
  what,
  at: isoOrNull(at),
  command,
});

export const purposes: Record<Purpose, string> = {
  claim: 'the claim',
  unclaim: 'the removal of the claim',
  prepare: 'a record that must be there before the swap',
  low: 'the low TTL',
  swap: 'the swap',
  rollback: 'the MX of the rollback',
  undo: 'a record of the rollback',
  restore: 'the restored TTL',
  afterwards: 'the records for afterwards',
  canary: 'the canary',
  uncanary: 'the removal of the canary',
};

/** Who acts next, whatever state the cutover is in. `caches`: what was kept of its watch. */
export function nextOf(cutover: Cutover, now: Now, caches: CachesNow | null = null): Next {
  const stopped = ended(cutover) ?? waitingForPerson(cutover) ?? deniedNext(cutover, now);
  if (stopped !== null) return stopped;
  const going = writing(cutover) ?? alarmed(cutover, now) ?? stageNext(cutover, now, caches);
  return (going.who === 'controller' ? lastingNext(cutover, now) : null) ?? going;
}

/** Mail is refused: what follows if that lasts; once it does, a person decides, with one command. */
function alarmed(cutover: Cutover, now: Now): Next | null {
  const { id, mail, stage } = cutover;
  const alarms = ['acceptance-lost', 'new-host-down'] as const;
  const kind = alarms.find(one => mail.advice[one] !== undefined);
  const advice = kind === undefined ? undefined : mail.advice[kind];
  const soon = brewingNext(cutover, now);
  if (kind === undefined || advice === undefined || stage === 'rollback')
    return soon && controller(soon.what, soon.at);
  const sentence = adviceText(kind, advice.why, advice.because);
  return person(
    `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`,
    commandText('rollback', id, '--reason', 'WHY'),
  );
}

/** What is still to go at the end. */
const remains = (cutover: Cutover): string =>
  canaryIsGone(cutover) ? 'the claim' : 'the claim and the canary';

function ended(cutover: Cutover): Next | null {
  const { id, outcome, ending } = cutover;
  const nobody = (what: string): Next => ({
    who: 'nobody',
    what,
    at: null,
    command: commandText('report', id),
  });
  switch (outcome) {
    case 'done':
      return nobody('The cutover is done; nothing is left to do.');
    case 'rolled-back':
      return nobody(rolledBackText(cutover));
    case 'abandoned':
      return nobody(abandonedText(cutover));
    case null:
      return ending === null
        ? null
        : controller(`Removes ${remains(cutover)}, then ends as abandoned.`, null);
  }
}

function waitingForPerson(cutover: Cutover): Next | null {
  const { id, hold, paused, owner, plan } = cutover;
  if (hold !== null) {
    const [best] = waysOutOf(cutover, hold);
    const { sentence } = reasonOf(hold, plan.policy.schedule.timeZone);
    const way =
      best?.act === 'wait'
        ? 'It goes on by itself once that is mended; otherwise choose a way out.'
        : 'Choose a way out.';
    return person(`${sentence} ${way}`, best?.command ?? null);
  }
  if (paused !== null)
    return person('It is paused: resume it when you are ready.', commandText('resume', id));
  if (owner === null)
    return person(
      'No controller has taken it up yet: start one.',
      commandText('start', id, '--plan-hash', plan.hash),
    );
  return null;
}

function writing({ intent, stage }: Cutover): Next | null {
  if (intent === null) return null;
  const what = purposes[intent.purpose];
  const late = intent.stage !== stage;
  return controller(
    late
      ? `Reads until it is certain what became of ${what}.`
      : `Writes ${what} and reads it back.`,
    intent.by,
  );
}

function stageNext(cutover: Cutover, now: Now, caches: CachesNow | null): Next {
  const at = forecastAt(cutover, now, caches)?.until ?? null;
  switch (cutover.stage) {
    case 'snapshot':
      return controller('Reads the zone, its delegation and every authoritative server.');
    case 'lower':
      return lowerNext(cutover, now);
    case 'drain':
      return controller('Waits until no honest cache can still hold the old TTL.', at);
    case 'gate':
      return gateNext(cutover, now);
    case 'swap':
      return controller('Waits until every authoritative server shows the new set.', at);
    case 'propagate':
      return controller(propagateNext(cutover, now, caches), at);
    case 'sweep':
      return {
        who: 'orchestrator',
        what: 'Sweep the old host for the last time, then confirm that no mail is left there.',
        at: null,
        command: commandText('confirm', cutover.id, 'mail-swept'),
      };
    case 'settle':
      return settleNext(cutover, now);
    case 'rollback':
      return rollbackNext(cutover, at);
    case 'done':
      return controller('Closes the journal of the cutover.');
  }
}

function lowerNext(cutover: Cutover, now: Now): Next {
  const frozen = frozenUntil(cutover, now);
  if (frozen !== null) return controller('Writes the low TTL when the freeze is over.', frozen);
  const late = troubled(cutover).length;
  if (late > 0) return controller(`Waits for ${count(late, 'server')} to show what was written.`);
  return controller('Waits until every authoritative server has shown what was written.');
}

/** What the stage propagate waits for, in one sentence. */
function propagateNext(cutover: Cutover, now: Now, caches: CachesNow | null): string {
  const { target } = cutover.plan.policy.watch;
  const noun = resolverNoun(cutover);
  const late = troubled(cutover).length;
  switch (spreadOf(cutover, now, caches)) {
    case 'servers':
      return `Waits for ${late === 0 ? 'the authoritative servers' : count(late, 'server')} to show the new set.`;
    case 'bound':
      return 'Waits until no honest cache can still hold the old set.';
    case 'answers':
      return `Waits until every ${noun} was heard.`;
    case 'target':
      return `Waits until ${target} % of the ${noun}s, by weight, answer with the new set.`;
    case 'unexplained': {
      const odd = caches === null ? [] : lagging(caches).filter(({ explained }) => !explained);
      const names = odd.slice(0, 3).map(({ id }) => id);
      return `${target} % is reached; waits for ${names.join(', ')}${odd.length > 3 ? ' and others' : ''}: nothing seen explains why the new set is not answered there.`;
    }
    case 'cannot tell':
      return `Waits until half of the ${noun}s can tell what they would answer.`;
  }
}

const has = (list: readonly Bar[], by: Bar['by']): boolean => list.some(bar => bar.by === by);

function gateNext(cutover: Cutover, now: Now): Next {
  const { id, findings, plan, step, attested } = cutover;
  if (findings.length === 0) return controller('Runs the checks of the gate.');
  const list = bars(cutover, findings, now);
  const swap = plan.steps.length > 1 ? `step ${plan.steps[step] ?? step + 1}` : 'the swap';
  const opens = list.map(({ until }) => until).filter(until => until !== null);
  const at = opens.length === 0 ? null : Math.max(...opens);
  if (has(list, 'findings')) {
    const number = list.filter(({ by }) => by === 'findings').length;
    return person(
      `${count(number, 'finding')} must be solved (see check), or accepted with a reason (approve --accept ID:SUBJECT), before ${swap}.`,
      commandText('check', id),
    );
  }
  if (has(list, 'approval') || has(list, 'attestation')) {
    const ticks = plan.policy.attest.flatMap((_, index) =>
      attested.includes(index) ? [] : ['--attest', `${index + 1}`],
    );
    const sentences = plan.policy.attest.filter((_, index) => !attested.includes(index));
    const attest = sentences.length === 0 ? '' : `, attesting: ${sentences.join('; ')}`;
    return person(`Approve ${swap}${attest}.`, commandText('approve', id, ...ticks), at);
  }
  if (at !== null) return controller(`Makes ${swap} when the window is open.`, at);
  // Only a calendar leaves a window that nobody knows the next opening of.
  if (has(list, 'window'))
    return person(
      'The calendar of swaps was reckoned up to here only: abandon this cutover and plan anew.',
      commandText('abandon', id),
    );
  return controller(`Checks once more, then makes ${swap}.`);
}

function settleNext(cutover: Cutover, now: Now): Next {
  const waiting = settlingTimes(cutover).filter(({ state }) => state === 'waiting');
  const [first] = waiting.toSorted((a, b) => (a.due ?? 0) - (b.due ?? 0));
  const frozen = frozenUntil(cutover, now);
  if (first === undefined) return controller(`Removes ${remains(cutover)}, then ends as done.`);
  const at = frozen === null ? first.due : Math.max(frozen, first.due ?? 0);
  switch (first.act) {
    case 'restore-ttl':
      return controller('Restores the TTL.', at);
    case 'afterwards':
      return controller('Writes the records for afterwards.', at);
    case 'old-host':
      if (waitsForOthers(cutover))
        return controller('Waits until every other domain of the waves has left the old host.');
      return oldHostNext(cutover, at);
  }
}

/** The old host is asked until it refuses; what it does meanwhile a person must mend, or say that it is well. */
function oldHostNext({ id, domain, retire, plan }: Cutover, at: Instant | null): Next {
  const name = displayName(domain);
  if (retire === null)
    return controller(
      'Asks the old host whether it refuses mail, as soon as nothing can bring it any.',
      at,
    );
  const { look } = retire;
  const confirm = commandText('confirm', id, 'old-host');
  if (look === null) return controller('Asks the old host what it does with mail.');
  const verdict = verdictText(look, name);
  if (look.goal === 'forwards') return person(verdict, confirm);
  if (look.holds === true)
    return controller(
      'Asks the old host once more: a server that is started anew refuses for a moment.',
    );
  const { contact } = plan.policy.retire;
  const whom = contact === undefined ? '' : ` Who can act on it: ${contact}.`;
  return person(
    `${verdict} It is asked again until it refuses.${whom}`,
    commandText('verify-closed', id),
  );
}

function rollbackNext(cutover: Cutover, at: Instant | null): Next {
  switch (cutover.rollback?.phase ?? 'mx') {
    case 'mx':
      return controller('Writes the MX back, before anything else.', at);
    case 'others':
      return controller('Writes the other records of the step back.');
    case 'settling':
      return {
        ...controller('Restores the exact snapshot, unless somebody goes back to the gate.', at),
        command: commandText('retry', cutover.id),
      };
    case 'restoring':
      return controller('Restores the exact snapshot, TTLs and prepare records included.');
  }
}
