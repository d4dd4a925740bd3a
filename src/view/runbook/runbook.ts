import { healsNothing, rollbackCost } from '../../cutover/mail/cost.ts';
import { type Plan } from '../../cutover/plan.ts';
import { displayName } from '../../dns/name.ts';
import { code, escaped, section, tableLines } from '../markdown.ts';
import { type PlanGround, planView, type PlanView } from '../plan/plan.ts';
import { type RunbookStep, runbookSteps } from './steps.ts';
import { courseOf } from '../plan/timeline.ts';
import { afterUndo, beforeUndo, consoleUndo } from './undo-console.ts';
import { rowsByHand, undoScript } from './undo.ts';
import { dataText } from '../names.ts';
import { brief, commandText, durationText, printable, timeText } from '../words.ts';

export interface RunbookGround extends PlanGround {
  /** What kind of provider holds the zone, such as `route53`: each is undone at a surface of its own. */
  readonly type: string;
}

const box = (text: string): string => `- [ ] ${text}`;

/** Sentences of ours, in which only code spans are markup. */
const sentence = (text: string): string =>
  text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? escaped(part) : code(part)))
    .join('');

const bash = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['```sh', ...lines.map(printable), '```', ''];

const listed = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`**${title}**`, '', ...lines.map(text => `- ${sentence(text)}`), ''];

function head(view: PlanView, plan: Plan): readonly string[] {
  const { timeZone } = plan.policy.schedule;
  return [
    `# Runbook: mail of ${escaped(view.domain)} moves`,
    '',
    `- plan ${code(view.hash)}, made ${timeText(Date.parse(view.madeAt), timeZone)}, provider ${code(view.provider)}, zone ${code(view.zone)}`,
    `- all times are of ${escaped(timeZone)}. "at" is by the clock; "from" is the earliest for a start at the first time below: a later start moves them`,
    `- on the night ${code(commandText('status', view.domain))} says where it stands and who acts next; ${code(commandText('pause', view.domain))} stops every write at any time`,
  ];
}

const oldHost = 'old mail host';

/** Filled in by hand: who is called at night stands in no configuration. */
function people(plan: Plan): readonly string[] {
  const { retire } = plan.policy;
  const roles = [
    'decides (go, rollback)',
    'at the keyboard',
    'second at the keyboard',
    'new mail host',
    oldHost,
    `DNS provider (${escaped(plan.provider)})`,
    'tells the users',
  ];
  return tableLines(
    ['role', 'name', 'telephone', 'reached and ready'],
    roles.map(role => [role, role === oldHost ? escaped(retire.contact ?? '') : '', '', '[ ]']),
  );
}

function before(view: PlanView, plan: Plan): readonly string[] {
  const { domain } = view;
  const probes = plan.policy.mail?.ask === true;
  const commands = [
    commandText('validate'),
    commandText('check', domain),
    ...(probes ? [commandText('probe', domain)] : []),
    commandText('plan', domain),
    commandText('rehearse', domain),
  ];
  return [
    ...bash(commands),
    box(
      `\`plan\` still prints ${code(view.hash)}; another hash means that this paper is out of date`,
    ),
    box('everybody in the table above is reached and has this paper'),
    box(
      'the undo by console at the end of this paper was tried up to its last click, by whoever would do it',
    ),
    ...plan.policy.attest.map(text => box(`will be attested at the gate: ${escaped(text)}`)),
  ];
}

function stepLines(of: RunbookStep, index: number, timeZone: string): readonly string[] {
  const { at, when, title, commands, notes, good, otherwise, tick } = of;
  return [
    `### ${String(index + 1)}. ${escaped(title)}`,
    '',
    `${when} **${timeText(at, timeZone)}** · done at ____ : ____ by ________`,
    '',
    ...notes.flatMap(text => [sentence(text), '']),
    ...tick.map(text => box(escaped(text))),
    ...(tick.length === 0 ? [] : ['']),
    ...bash(commands),
    ...listed('Good', good),
    ...listed('If not', otherwise),
  ];
}

function rollback(plan: Plan, domain: string): readonly string[] {
  const { mail, rollback: policy } = plan.policy;
  const cost = rollbackCost(plan);
  return [
    ...bash([
      commandText('rollback', domain, '--confirm', domain, '--reason', 'mail bounces'),
      commandText('watch', domain),
    ]),
    ...listed('It costs', [
      `up to ${durationText(cost.seconds * 1000)} until mail goes to the old host again; what the new host has accepted by then stays there`,
      ...cost.terms.map(({ why }) => why),
    ]),
    ...listed('It is for', [
      'new hosts that refuse the domain, are gone, or lose mail, while the old host still accepts',
      ...(mail?.ask === true && policy.automatic !== null
        ? ['that same case is rolled back by itself, once; a second time a person decides']
        : []),
    ]),
    ...listed('It does not heal', [
      ...healsNothing,
      'mail that the old host already refuses: where it no longer accepts there is nothing to go back to',
      'resolvers that still say old: they end by themselves',
    ]),
  ];
}

function undo({ plan, survey, type }: RunbookGround, domain: string): readonly string[] {
  const source = { plan, ...(survey !== undefined && { hosted: survey.hosted }) };
  const rows = rowsByHand(source).map(({ key, rrset, extras }) => [
    code(dataText(key)),
    rrset === null ? '' : String(rrset.ttl),
    rrset === null
      ? 'must not exist: delete it'
      : rrset.rdata.map(rdata => code(dataText(rdata))).join('<br>'),
    extras === null ? '' : code(brief(extras, 400)),
  ]);
  const { steps, ref } = consoleUndo(type);
  return [
    'Only when dns-cutover itself cannot: no machine, no credentials, no time.',
    '',
    ...[...beforeUndo(domain), ...steps, ...afterUndo(domain)].map(
      (text, index) => `${String(index + 1)}. ${sentence(text)}`,
    ),
    '',
    ...tableLines(['RRset', 'TTL', 'value', 'besides'], rows),
    '',
    `Described by the provider: ${escaped(ref)}`,
    ...(type === 'rfc2136' ? ['', '```', ...undoScript(source).map(printable), '```'] : []),
  ];
}

/**
 * The whole night on paper, as Markdown that can be printed: with absolute times, every command, what good
 * looks like, and what to do without this program.
 */
export function runbookMarkdown(ground: RunbookGround): string {
  const { plan, now, survey } = ground;
  const view = planView(ground);
  const { timeZone } = plan.policy.schedule;
  const domain = displayName(plan.domain);
  const steps = runbookSteps(plan, courseOf(plan, now, survey));
  const changes = view.changes.map(({ at, key, before: old, after, lost }) => [
    escaped(at),
    code(dataText(key)),
    `${String(old?.ttl ?? '-')} to ${String(after?.ttl ?? '-')}`,
    lost.map(rdata => code(dataText(rdata))).join('<br>'),
    (after?.rdata ?? []).map(rdata => code(dataText(rdata))).join('<br>'),
  ]);
  return [
    ...head(view, plan),
    ...section('People', people(plan)),
    ...section('Before the night', before(view, plan)),
    ...section('What is written', [
      ...tableLines(['at', 'RRset', 'TTL', 'goes', 'stands then'], changes),
      '',
      `${code('low')} is written right after the start, ${code('final')} when the TTL is restored, all else by the swap or the act of that name.`,
    ]),
    ...section('Worst case and risks', [
      escaped(view.worst),
      '',
      ...view.risks.map(({ what }) => `- ${escaped(what)}`),
    ]),
    ...section(
      'The night',
      steps.flatMap((one, index) => stepLines(one, index, timeZone)).slice(0, -1),
    ),
    ...section('Roll back', rollback(plan, domain).slice(0, -1)),
    ...section(`Undo by console (${escaped(ground.type)})`, undo(ground, domain)),
    '',
  ].join('\n');
}
