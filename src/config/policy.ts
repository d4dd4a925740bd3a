import { type MailPolicy, type Policy } from '../cutover/order.ts';
import { type Name } from '../dns/name.ts';
import { limits } from '../limits.ts';
import { type Path } from './document.ts';
import { nearest } from './nearest.ts';
import { besideFile } from './providers.ts';
import { show } from './problem.ts';
import { momentAt, type Range, type Reading, refuse, secondsAt, warn } from './reading.ts';
import { listText, readList } from './resolver-list.ts';
import { readSchedule, type ScheduleOrder } from './schedule.ts';
import { type CutoverEntry } from './schema.ts';
import { readStrategy } from './strategy.ts';
import { type TimeZone } from './time-zone.ts';

const aTtl: Range = { min: 1, max: limits.ttlSecondsMax };

/** Above this the move itself would be slow to undo. */
const LOW_TTL_USUAL = 3600;

export interface PolicyInput {
  readonly path: Path;
  readonly entry: CutoverEntry;
  readonly domain: Name;
  readonly steps: number;
  /** Ids of findings that exist; empty when that is not known. */
  readonly findings: readonly string[];
}

/** How one cutover runs, and what forbids to start it now. */
export function readPolicy(
  reading: Reading,
  { path, entry, domain, steps, findings }: PolicyInput,
): { readonly policy: Policy; readonly overdue: ScheduleOrder['overdue'] } {
  const seconds = (keys: readonly string[], value: number | string, range?: Range): number =>
    secondsAt(reading, { path: [...path, ...keys], value }, range);
  const times = readTtl(reading, [...path, 'ttl'], entry.ttl);
  const { schedule, zone, overdue } = readSchedule(reading, {
    path: [...path, 'schedule'],
    entry: entry.schedule,
    steps,
    ttl: times,
  });
  const together = readStrategy(reading, { path, entry, domain });
  const { watch, rollback, retire } = entry;
  const resolvers = listOf(reading, watch);
  if (watch.canary && resolvers === 'none')
    warn(reading, [...path, 'watch', 'canary'], {
      message: 'without resolvers there is nobody to measure with a canary; none is written',
      fix: 'Name resolvers in watch.resolvers, or leave watch.canary out.',
    });
  const policy: Policy = {
    ttl: { ...times, history: readHistory(reading, { path, entry, zone }) },
    schedule,
    approval: entry.approval,
    attest: readAttest(reading, [...path, 'attest'], entry.attest),
    watch: {
      resolvers,
      target: watch.target,
      atMost: seconds(['watch', 'atMost'], watch.atMost, { min: 1 }),
      canary: watch.canary,
    },
    accept: readAccept(reading, { path: [...path, 'checks', 'accept'], entry, findings }),
    severity: readSeverity(reading, { path: [...path, 'checks', 'severity'], entry, findings }),
    rollback: {
      automatic:
        rollback.automatic === 'never'
          ? null
          : seconds(['rollback', 'automatic'], rollback.automatic, { min: 1 }),
      settleAfter: seconds(['rollback', 'settleAfter'], rollback.settleAfter),
    },
    afterwards: seconds(['afterwards', 'after'], entry.afterwards.after),
    retire: {
      after: seconds(['retire', 'after'], retire.after),
      old: retire.old,
      ...readRetire(reading, [...path, 'retire'], retire),
    },
    claim: entry.claim === 'on',
    mail: {
      ...withRecipients(readMail(reading, path, entry), together.coexistence),
      ...(entry.checks.dkim === undefined ? {} : { dkim: entry.checks.dkim }),
    },
    ...together,
  };
  return { policy, overdue };
}

/** The list as one text, in which files have whole paths. */
function listOf(
  { document }: Reading,
  { resolvers, except }: Pick<CutoverEntry['watch'], 'resolvers' | 'except'>,
): string {
  const written = typeof resolvers === 'string' ? resolvers : resolvers.join(',');
  const parts = readList(written);
  if (parts.from.length === 0) return 'none';
  const whole = { ...parts, except: [...parts.except, ...except] };
  return listText(whole, file => besideFile(document.file, file));
}

function readTtl(
  reading: Reading,
  path: Path,
  ttl: CutoverEntry['ttl'],
): Omit<Policy['ttl'], 'history'> {
  const seconds = (key: 'low' | 'restoreAfter' | 'margin' | 'lag', range?: Range): number =>
    secondsAt(reading, { path: [...path, key], value: ttl[key] }, range);
  const low = seconds('low', aTtl);
  const final =
    ttl.final === 'snapshot'
      ? null
      : secondsAt(reading, { path: [...path, 'final'], value: ttl.final }, aTtl);
  if (low > LOW_TTL_USUAL)
    warn(reading, [...path, 'low'], {
      message: `a low TTL of ${low} s means that a swap and its undoing take as long to spread`,
      fix: 'Write 300 or less if the provider allows it.',
    });
  if (final !== null && final < low)
    refuse(reading, [...path, 'final'], {
      expected: `at least the low TTL, ${low}`,
      fix: 'Raise ttl.final, lower ttl.low, or write final: snapshot.',
    });
  return {
    low,
    final,
    restoreAfter: seconds('restoreAfter'),
    margin: seconds('margin'),
    lag: seconds('lag'),
  };
}

function readHistory(
  reading: Reading,
  { path, entry, zone }: { path: Path; entry: CutoverEntry; zone: TimeZone },
): Policy['ttl']['history'] {
  const { history } = entry.ttl;
  if (history === undefined) return null;
  const at = [...path, 'ttl', 'history'];
  const value = { path: [...at, 'longest'], value: history.longest };
  const longest = secondsAt(reading, value, aTtl);
  if (history.until === undefined) return { longest, until: null };
  const untilPath = [...at, 'until'];
  const until = momentAt(reading, { path: untilPath, text: history.until }, zone);
  if (until !== null && until > reading.now)
    refuse(reading, untilPath, {
      expected: 'when it was last served, a time in the past',
      fix: 'Write when the TTL was lowered; leave until out if it is still served.',
    });
  return { longest, until };
}

const noSmtp = { recipients: [], port: 25, allowPrivate: false, every: 60, witnesses: [] };

/**
 * Servers that are named in place of the delegation stand for a closed network, in which the hosts of the
 * world cannot be found: there nobody asks mail hosts unless the file says how.
 */
function readMail(reading: Reading, path: Path, { checks, authority }: CutoverEntry): MailPolicy {
  const { smtp } = checks;
  const closed = smtp === undefined && authority.replace.length > 0;
  if (smtp === 'off' || closed) return { ask: false, ...noSmtp };
  if (smtp === undefined) return { ask: true, ...noSmtp };
  const every = { path: [...path, 'checks', 'smtp', 'every'], value: smtp.every };
  // Hosts of a closed network bear what their owner says, strangers' hosts do not.
  const min = smtp.allowPrivate ? 1 : 10;
  return { ask: true, ...smtp, every: secondsAt(reading, every, { min }) };
}

/** People on either side are asked for at both: so it is seen that each hands on what lives at the other. */
function withRecipients(mail: MailPolicy, coexistence: Policy['coexistence']): MailPolicy {
  if (coexistence === undefined) return mail;
  const { recipientOnOld, recipientOnNew } = coexistence;
  return {
    ...mail,
    recipients: [...new Set([...mail.recipients, recipientOnOld, recipientOnNew])],
  };
}

/** Who shows that the old host is closed, or hands on; what does not fit what it is to do is an error. */
function readRetire(
  reading: Reading,
  path: Path,
  { old, former, forwards, contact }: CutoverEntry['retire'],
): Pick<Policy['retire'], 'former' | 'forwards' | 'contact'> {
  if (forwards !== undefined && old !== 'forwards')
    refuse(reading, [...path, 'forwards'], {
      expected: 'old: forwards beside it',
      fix: 'Write old: forwards, or leave forwards out.',
    });
  if (former !== undefined && old !== 'refuses')
    refuse(reading, [...path, 'former'], {
      expected: 'old: refuses beside it',
      fix: 'Write old: refuses, or leave former out.',
    });
  if (old === 'forwards' && forwards === undefined)
    warn(reading, [...path, 'old'], {
      message: 'without a test recipient nobody can test that the old host hands mail on',
      fix: 'Write forwards: { recipient: ADDRESS } beside it.',
    });
  return {
    ...(former !== undefined && { former }),
    ...(forwards !== undefined && { forwards }),
    ...(contact !== undefined && { contact: contact.trim() }),
  };
}

function readAttest(reading: Reading, path: Path, sentences: readonly string[]): readonly string[] {
  const trimmed = sentences.map(sentence => sentence.trim());
  for (const [index, sentence] of trimmed.entries())
    if (trimmed.indexOf(sentence) < index)
      refuse(reading, [...path, index], {
        expected: 'each sentence once',
        fix: 'Remove one of the two.',
      });
  return trimmed;
}

interface AboutChecks {
  readonly path: Path;
  readonly entry: CutoverEntry;
  readonly findings: readonly string[];
}

/** Unlike an acceptance, a severity for nothing is refused: what was to stop a gate would not. */
function readSeverity(
  reading: Reading,
  { path, entry, findings }: AboutChecks,
): Policy['severity'] {
  const { severity } = entry.checks;
  for (const id of Object.keys(severity)) {
    if (findings.length === 0 || findings.includes(id)) continue;
    const meant = nearest(id, findings);
    refuse(reading, [...path, id], {
      found: show(id),
      expected: 'the id of a check',
      fix: meant === null ? 'See `dns-cutover help checks`.' : `Did you mean ${meant}?`,
    });
  }
  return severity;
}

function readAccept(reading: Reading, { path, entry, findings }: AboutChecks): Policy['accept'] {
  return entry.checks.accept.map(({ id, subject, reason }, index) => {
    if (findings.length > 0 && !findings.includes(id)) {
      const meant = nearest(id, findings);
      warn(reading, [...path, index, 'id'], {
        message: `no check has the id ${id}`,
        fix: meant === null ? 'See `dns-cutover help checks`.' : `Did you mean ${meant}?`,
      });
    }
    return { id, subject: subject ?? null, reason: reason.trim() };
  });
}
