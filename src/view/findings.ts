import {
  blocks,
  blocksStart,
  covers,
  type Acceptance,
  type Finding,
  type FindingStatus,
} from '../cutover/finding.ts';
import { type Look, hang, shown, symbolsOf, type Paint, type Symbols } from './table.ts';
import { count } from './words.ts';

const words: Record<FindingStatus, string> = {
  pass: 'pass',
  fail: 'FAIL',
  warn: 'warn',
  'could-not-test': 'could not test',
  skipped: 'skipped',
};

const marks: Record<FindingStatus, { symbol: keyof Symbols; paint: keyof Paint }> = {
  pass: { symbol: 'done', paint: 'green' },
  fail: { symbol: 'fail', paint: 'red' },
  warn: { symbol: 'warn', paint: 'yellow' },
  'could-not-test': { symbol: 'unknown', paint: 'yellow' },
  skipped: { symbol: 'skipped', paint: 'dim' },
};

const ranks: Record<FindingStatus, number> = {
  fail: 0,
  'could-not-test': 1,
  warn: 2,
  skipped: 3,
  pass: 4,
};

const severities: Record<Finding['severity'], number> = { blocker: 0, warning: 1, info: 2 };

/** What needs somebody first; what is fine last. */
const byGravity = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted(
    (a, b) =>
      ranks[a.status] - ranks[b.status] ||
      severities[a.severity] - severities[b.severity] ||
      a.id.localeCompare(b.id, 'en') ||
      a.subject.localeCompare(b.subject, 'en'),
  );

const labelColumns = 10;

const row = (label: string, text: string | undefined, look: Look): readonly string[] =>
  text === undefined || text === ''
    ? []
    : hang(`    ${`${label}:`.padEnd(labelColumns)}`, shown(text, look), look.width);

/**
 * Findings that differ in nothing but their subject, each group in the place of its first: one missing
 * right may speak against many writes. They stay findings of their own, which are accepted one by one.
 */
export function alike(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { id, severity, status, summary, observed, expected, consequence, remedy } = finding;
    const what = [id, severity, status, summary, observed, expected, consequence, remedy];
    const key = JSON.stringify(what);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}

/** What one finding, or several that are alike, are about. */
export const subjectsText = (group: readonly Pick<Finding, 'subject'>[]): string =>
  group.map(({ subject }) => subject).join('; ');

/** A finding in full: who it is about, what was found, what it means, what to do. */
function findingLines(
  group: readonly Finding[],
  accepted: readonly Acceptance[],
  look: Look,
): readonly string[] {
  const [finding] = group;
  if (finding === undefined) return [];
  const { symbol, paint } = marks[finding.status];
  const mark = `${symbolsOf(look)[symbol]} ${words[finding.status]}`;
  const title = hang(
    `${mark}  `,
    `${shown(finding.id, look)}  ${shown(subjectsText(group), look)}`,
    look.width,
  );
  const effect = group.some(one => blocksStart(one, accepted))
    ? 'nothing is written before it is solved or accepted'
    : group.some(one => blocks(one, accepted))
      ? 'no swap is made before it is solved or accepted'
      : '';
  const acceptances = group.map(one => accepted.find(acceptance => covers(acceptance, one)));
  const reasons = new Set(acceptances.flatMap(one => one?.reason ?? []));
  const { summary, observed, expected, consequence, remedy, refs } = finding;
  return [
    ...title.map((line, index) => (index === 0 ? look.paint[paint](line) : line)),
    ...hang('    ', shown(summary, look), look.width),
    ...(observed === summary ? [] : row('said', observed, look)),
    ...row('expected', expected, look),
    ...row('means', consequence, look),
    ...row('do', remedy, look),
    ...row('ref', refs.join('; '), look),
    ...[...reasons].flatMap(reason => row('accepted', reason, look)),
    ...row('blocks', effect, look),
  ];
}

/** What is no fault, and worth knowing before the night. */
function toldLines(group: readonly Finding[], look: Look): readonly string[] {
  const [finding] = group;
  if (finding === undefined) return [];
  const { id, summary, remedy } = finding;
  const text = `${id}  ${subjectsText(group)}: ${summary}`;
  return [
    ...hang(`${symbolsOf(look).arrow} note  `, shown(text, look), look.width),
    ...row('do', remedy, look),
  ];
}

/** `id` once, with how often where it is about several subjects. */
export function tally(findings: readonly Finding[]): string {
  const numbers = new Map<string, number>();
  for (const { id } of findings) numbers.set(id, (numbers.get(id) ?? 0) + 1);
  return [...numbers].map(([id, number]) => (number === 1 ? id : `${id} (${number})`)).join(', ');
}

/** Findings as people need them: what is wrong first and in full, what was skipped, what passed in a line. */
export function findingsText(
  findings: readonly Finding[],
  look: Look,
  accepted: readonly Acceptance[] = [],
): string {
  const sorted = byGravity(findings);
  const bad = sorted.filter(({ status }) => status !== 'pass' && status !== 'skipped');
  const skipped = sorted.filter(({ status }) => status === 'skipped');
  const told = sorted.filter(one => one.told === true);
  const passed = sorted.filter(({ status, told: worth }) => status === 'pass' && worth !== true);
  const symbols = symbolsOf(look);
  return [
    ...alike(bad).flatMap(group => [...findingLines(group, accepted, look), '']),
    ...skipped.flatMap(({ id, subject, summary }) =>
      hang(
        `${symbols.skipped} skipped  `,
        shown(`${id}  ${subject}: ${summary}`, look),
        look.width,
      ),
    ),
    ...alike(told).flatMap(group => toldLines(group, look)),
    ...(passed.length === 0 ? [] : passedLines(passed, look)),
    ...hostedLines(passed, look),
    ...dnssecLines(passed, look),
    ...(findings.length === 0 ? ['nothing was checked'] : []),
  ].join('\n');
}

/** How the zone validates: whoever moves a signed zone wants to know that it was looked at. */
const dnssecLines = (passed: readonly Finding[], look: Look): readonly string[] =>
  passed
    .filter(({ id }) => id === 'dnssec-chain')
    .flatMap(({ summary }) => hang('    ', shown(`DNSSEC: ${summary}`, look), look.width));

/** Which zone of which account is meant: that it is the right one, only a person can see. */
const hostedLines = (passed: readonly Finding[], look: Look): readonly string[] =>
  passed
    .filter(({ id }) => id === 'provider-credentials')
    .flatMap(({ subject, observed }) =>
      hang('    ', shown(`at ${subject}: ${observed}`, look), look.width),
    );

function passedLines(passed: readonly Finding[], look: Look): readonly string[] {
  const text = `${count(passed.length, 'check')} passed: ${shown(tally(passed), look)}`;
  const [first = '', ...rest] = hang(`${symbolsOf(look).done} pass  `, text, look.width);
  return [look.paint.green(first), ...rest];
}
