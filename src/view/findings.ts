import { blocks, type Acceptance, type Finding, type FindingStatus } from '../cutover/finding.ts';
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

/** One finding in full: who it is about, what was found, what it means, what to do. */
function findingLines(
  finding: Finding,
  accepted: readonly Acceptance[],
  look: Look,
): readonly string[] {
  const { symbol, paint } = marks[finding.status];
  const mark = `${symbolsOf(look)[symbol]} ${words[finding.status]}`;
  const title = hang(
    `${mark}  `,
    `${shown(finding.id, look)}  ${shown(finding.subject, look)}`,
    look.width,
  );
  const effect = blocks(finding, accepted)
    ? 'nothing is written before it is solved or accepted'
    : '';
  const acceptance = accepted.find(
    ({ id, subject }) => id === finding.id && (subject === null || subject === finding.subject),
  );
  const { summary, observed, expected, consequence, remedy, refs } = finding;
  return [
    ...title.map((line, index) => (index === 0 ? look.paint[paint](line) : line)),
    ...hang('    ', shown(summary, look), look.width),
    ...(observed === summary ? [] : row('said', observed, look)),
    ...row('expected', expected, look),
    ...row('means', consequence, look),
    ...row('do', remedy, look),
    ...row('ref', refs.join('; '), look),
    ...(acceptance === undefined ? [] : row('accepted', acceptance.reason, look)),
    ...row('blocks', effect, look),
  ];
}

/** `id` once, with how often where it is about several subjects. */
function tally(findings: readonly Finding[]): string {
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
  const passed = sorted.filter(({ status }) => status === 'pass');
  const symbols = symbolsOf(look);
  return [
    ...bad.flatMap(finding => [...findingLines(finding, accepted, look), '']),
    ...skipped.flatMap(({ id, subject, summary }) =>
      hang(
        `${symbols.skipped} skipped  `,
        shown(`${id}  ${subject}: ${summary}`, look),
        look.width,
      ),
    ),
    ...(passed.length === 0 ? [] : passedLines(passed, look)),
    ...(findings.length === 0 ? ['nothing was checked'] : []),
  ].join('\n');
}

function passedLines(passed: readonly Finding[], look: Look): readonly string[] {
  const text = `${count(passed.length, 'check')} passed: ${shown(tally(passed), look)}`;
  const [first = '', ...rest] = hang(`${symbolsOf(look).done} pass  `, text, look.width);
  return [look.paint.green(first), ...rest];
}
