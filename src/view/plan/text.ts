import { blocksStart } from '../../cutover/finding.ts';
import { type Name } from '../../dns/name.ts';
import { type ChangeView } from '../changes.ts';
import { findingsText } from '../findings.ts';
import { type PlanView } from './plan.ts';
import { hang, shown, symbolsOf, type Look, type Paint, type Symbols } from '../table.ts';
import { type Moment } from './moment.ts';
import { dataText, nameText } from '../names.ts';
import { commandText, count, timeText } from '../words.ts';

const marks: Record<
  ChangeView['kind'],
  { readonly symbol: keyof Symbols; readonly paint: keyof Paint }
> = {
  ttl: { symbol: 'change', paint: 'cyan' },
  modify: { symbol: 'change', paint: 'yellow' },
  create: { symbol: 'create', paint: 'green' },
  delete: { symbol: 'remove', paint: 'red' },
};

function ttlText({ before, after }: ChangeView, look: Look): string {
  const ttls = [before?.ttl, after?.ttl].filter(ttl => ttl !== undefined);
  return `TTL ${[...new Set(ttls)].join(` ${symbolsOf(look).arrow} `)}`;
}

/** One RRset: what kind of change, and each value that goes, comes or stays. */
function changeLines(change: ChangeView, look: Look): readonly string[] {
  const { paint } = look;
  const symbols = symbolsOf(look);
  const { kind, key, before, after, lost } = change;
  const { symbol, paint: colour } = marks[kind];
  const head = `  ${symbols[symbol]} ${kind.padEnd(6)}  `;
  const title = hang(head, `${shown(dataText(key), look)}  ${ttlText(change, look)}`, look.width);
  const known = new Set(before?.rdata);
  // Never broken: what is copied from here has to be what stands in the zone.
  const value = (mark: string, rdata: string): string =>
    `      ${mark} ${shown(dataText(rdata), look)}`;
  return [
    ...title.map((line, index) => (index === 0 ? paint[colour](line) : line)),
    ...lost.map(rdata => paint.red(value(symbols.remove, rdata))),
    ...(after?.rdata ?? []).map(rdata =>
      known.has(rdata) ? value(' ', rdata) : paint.green(value(symbols.create, rdata)),
    ),
  ];
}

function changes(view: PlanView, look: Look): readonly string[] {
  const { paint } = look;
  return view.positions.slice(1).flatMap(position => {
    const here = view.changes.filter(({ at }) => at === position);
    if (here.length === 0) return [];
    return [
      `${paint.bold('Changes')} at ${shown(position, look)}`,
      ...here.flatMap(change => changeLines(change, look)),
    ];
  });
}

/** What comes and goes besides. */
function besides({ canary }: PlanView, look: Look): readonly string[] {
  if (canary === null) return [];
  const { create } = symbolsOf(look);
  const text = `${canary.key}  TTL ${canary.ttl}, a canary that resolvers are measured with`;
  return [
    `${look.paint.bold('Besides')} while the old TTL drains`,
    ...hang(`  ${create} comes and goes  `, shown(text, look), look.width),
  ];
}

const whens: Record<Moment['when'], string> = { planned: 'at  ', earliest: 'from' };

function timeline(view: PlanView, look: Look): readonly string[] {
  const { paint, zone, width } = look;
  return [
    `${paint.bold('Timeline')} if started now; "from" is the earliest`,
    ...view.timeline.flatMap(({ at, when, what, rule }) => {
      const time = `  ${whens[when]} ${timeText(Date.parse(at), zone)}  `;
      return [
        ...hang(time, shown(what, look), width),
        ...hang('         ', shown(rule, look), width).map(paint.dim),
      ];
    }),
  ];
}

function risks(view: PlanView, look: Look): readonly string[] {
  const mark = `  ${symbolsOf(look).warn} `;
  return [
    look.paint.bold('Risks'),
    ...view.risks.flatMap(({ what }) => hang(mark, shown(what, look), look.width)),
  ];
}

/** From where to where, and what to know of both sides. */
function moveLines({ move }: PlanView, look: Look): readonly string[] {
  if (move === null) return [];
  return [
    ...hang('         ', shown(move.what, look), look.width),
    ...move.notes.flatMap(note => hang('           ', shown(note, look), look.width)),
  ];
}

/** A plan for people: what changes, when, the worst case, the risks; the hash and the next commands last. */
export function planText(view: PlanView, look: Look): string {
  const { paint, width } = look;
  const { domain, hash, findings, accepted, path } = view;
  const name = shown(look.ascii ? domain : nameText(`${domain}.` as Name), look);
  const about = `provider ${view.provider}  zone ${view.zone}  ${count(path.length, 'RRset')}`;
  const blocked = findings.some(finding => blocksStart(finding, accepted));
  const commands = blocked
    ? [commandText('check', domain), commandText('plan', domain)]
    : [commandText('rehearse', domain), commandText('start', domain, '--plan-hash', hash)];
  const [first = '', second = ''] = commands.map(command => paint.cyan(shown(command, look)));
  return [
    `${paint.bold('Cutover')}  ${name}`,
    ...hang('         ', shown(about, look), width),
    ...moveLines(view, look),
    '',
    ...changes(view, look),
    ...besides(view, look),
    '',
    ...timeline(view, look),
    '',
    paint.bold('Worst case'),
    ...hang('  ', shown(view.worst, look), width),
    '',
    ...risks(view, look),
    '',
    paint.bold('Findings'),
    findingsText(findings, look, accepted),
    '',
    `${paint.bold('Plan hash')}  ${shown(hash, look)}   nothing was changed`,
    `${blocked ? 'Mend' : 'Next'}: ${first}`,
    `then: ${second}`,
  ].join('\n');
}
