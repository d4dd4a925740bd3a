import { type Report } from './report.ts';
import { canaryLines } from '../canary/canary.ts';
import { code, escaped, section, tableLines, took, when, type Times } from '../markdown.ts';
import { dataText } from '../names.ts';
import { brief, printable } from '../words.ts';
import { byHandSection, mailSections } from './mail-markdown.ts';
import { worldSection } from '../world/markdown.ts';

const valueText = (value: Report['moved'][number]['before']): string =>
  value === null
    ? 'nothing'
    : `${value.rdata.map(rdata => code(dataText(rdata))).join('<br>')} TTL ${value.ttl}`;

const because = (reason: string | null): string => (reason === null ? '' : `: ${escaped(reason)}`);

function summary(report: Report, times: Times): readonly string[] {
  const { outcome, stage, endedAt, seconds, journal } = report;
  const how = outcome ?? `under way, in stage ${stage}`;
  return [
    `# Cutover of ${escaped(report.domain)}: ${how}`,
    '',
    `- cutover ${code(report.id)}, plan ${code(report.planHash)}, provider ${code(report.provider)}, zone ${code(report.zone)}`,
    `- started ${when(report.startedAt, times)} by ${escaped(report.startedBy)} on ${escaped(report.host)}${because(report.reason)}`,
    `- ${endedAt === null ? `not ended yet, under way for ${took(seconds)}` : `ended ${when(endedAt, times)}, ${took(seconds)} in all`}`,
    `- journal: ${journal.lines} lines, ${code(journal.first ?? '-')} to ${code(journal.last ?? '-')}, last hash ${code(journal.hash ?? '-')}`,
  ];
}

function writes(report: Report, times: Times): readonly string[] {
  const rows = report.writes.map(write => [
    write.intent,
    when(write.at, times),
    `${write.purpose}${write.position === null ? '' : ` (${escaped(write.position)})`}`,
    write.changes.map(code).join('<br>'),
    `${write.outcome}${because(write.why)}`,
  ]);
  return tableLines(['write', 'time', 'purpose', 'change', 'outcome'], rows);
}

function drains(report: Report, times: Times): readonly string[] {
  return report.drains.flatMap(({ since, provenAt, terms, reset, extensions }) => [
    `- low TTL at every authoritative address since ${when(since, times)}; ${
      provenAt === null ? 'not proven' : `proven ${when(provenAt, times)}`
    }`,
    ...terms.map(term => `  - ${escaped(term)}`),
    ...extensions.map(text => `  - extended: ${escaped(text)}`),
    ...(reset === null ? [] : [`  - began anew: ${escaped(reset)}`]),
  ]);
}

const decisions = (report: Report, times: Times): readonly string[] => [
  ...report.decisions.map(
    ({ at, by, what, reason }) =>
      `- ${when(at, times)} ${escaped(by)}: ${escaped(what)}${because(reason)}`,
  ),
  ...report.accepted.map(
    ({ id, subject, reason, by }) =>
      `- accepted by ${escaped(by)}: ${code(id)}${subject === null ? '' : ` about ${escaped(subject)}`}${because(reason)}`,
  ),
];

const holds = (report: Report, times: Times): readonly string[] =>
  report.holds.flatMap(({ why, sentence, seen, since, until, ended, reason }) => [
    `- ${when(since, times)} ${code(why)}: ${escaped(sentence)}`,
    ...seen.map(text => `  - ${escaped(text)}`),
    `  - ${ended === null ? 'not ended' : `ended ${when(until, times)}, ${escaped(ended)}${because(reason)}`}`,
  ]);

const agreements = (report: Report, times: Times): readonly string[] =>
  report.agreements.map(({ intent, writtenAt, agreedAt, seconds, servers }) => {
    const end =
      agreedAt === null || seconds === null
        ? 'not seen at every address before the next write'
        : `at every address after ${took(seconds)} (${servers.map(escaped).join(', ')})`;
    return `- ${intent}, written ${when(writtenAt, times)}: ${end}`;
  });

const dnssec = (report: Report, times: Times): readonly string[] =>
  report.dnssec.map(({ at, writtenAt, is, servers, subject, why }) => {
    const where = `${servers} authoritative ${servers === 1 ? 'address' : 'addresses'}`;
    const what = is === 'secure' ? why : `${subject}: ${why}`;
    return `- what was written ${when(writtenAt, times)}: ${is} at ${where} ${when(at, times)}, ${escaped(what)}`;
  });

const canary = ({ canary: one }: Report): readonly string[] =>
  one === null ? [] : canaryLines(one).map(text => `- ${escaped(text)}`);

function rollback({ rollback: run }: Report, times: Times): readonly string[] {
  if (run === null) return [];
  return [
    `- to the ${run.to}, asked for ${when(run.askedAt, times)}; MX back: ${when(run.deliveredAt, times)}`,
    ...run.left.map(text => `- left as somebody else made it: ${escaped(text)}`),
  ];
}

/** What has to be there, for any provider, and then the lines that only some servers take. */
function undo({ undo: { rows, nsupdate } }: Report): readonly string[] {
  const cells = rows.map(({ key, rrset, extras }) => [
    code(dataText(key)),
    rrset === null ? 'must not exist: delete it' : valueText(rrset),
    extras === null ? '' : code(brief(extras, 400)),
  ]);
  return [
    'What has to be there again, at any provider. At a cloud: put the values in at its console, the MX first.',
    '',
    ...tableLines(['RRset', 'value', 'besides'], cells),
    '',
    'Only for a server that takes UPDATE (RFC 2136), not for a cloud; with `nsupdate -k KEYFILE`:',
    '',
    '```',
    ...nsupdate.map(printable),
    '```',
  ];
}

/** The report as Markdown, for a ticket or a file; `zone` is the reader's time zone. */
export function reportMarkdown(report: Report, look: Times): string {
  const moved = report.moved.map(({ key, before, after }) => [
    code(dataText(key)),
    valueText(before),
    valueText(after),
  ]);
  const stages = report.stages.map(({ stage, step, from, seconds }) => [
    stage,
    `${step + 1}`,
    when(from, look),
    took(seconds),
  ]);
  // A cutover that never came so far has nothing to say about it.
  const begun = report.stages.some(({ stage }) => stage === 'settle');
  const settling = begun
    ? Object.entries(report.settling).map(([act, state]) => `- ${act}: ${state}`)
    : [];
  const findings = report.findings.map(
    ({ id, status, told, subject, summary: text }) =>
      `- ${told === true ? 'note' : status}: ${code(id)} ${escaped(subject)}: ${escaped(text)}`,
  );
  return [
    ...summary(report, look),
    ...section('What was moved', tableLines(['RRset', 'before', 'after'], moved)),
    ...section('Stages', tableLines(['stage', 'step', 'from', 'took'], stages)),
    ...section('Writes', writes(report, look)),
    ...section('Agreement of the authoritative servers', agreements(report, look)),
    ...section('DNSSEC after each write', dnssec(report, look)),
    ...section('Proof of the drain', drains(report, look)),
    ...section('Canary', canary(report)),
    ...section('How the world turned', worldSection(report.world, look)),
    ...mailSections(report.mail, look),
    ...section('Decisions', decisions(report, look)),
    ...section('Holds', holds(report, look)),
    ...section('Rollback', rollback(report, look)),
    ...section('Settling', settling),
    ...section('Findings of the last gate', findings),
    ...section(
      'Not done',
      report.notDone.map(text => `- ${escaped(text)}`),
    ),
    ...byHandSection(report.mail, look),
    ...section('Undo by hand', undo(report)),
  ].join('\n');
}
