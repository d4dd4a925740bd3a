import { keyText, type HostedRRset, type RRset } from '../../dns/rrset.ts';
import { SNAPSHOT, valueAt, type Track } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { claimKey } from '../../cutover/write.ts';
import { table } from '../table.ts';
import { nameText } from '../names.ts';
import { brief, printable } from '../words.ts';

export interface UndoSource {
  readonly plan: Plan;
  /** What the provider held, by `keyText`; without it the plan says what was there. */
  readonly hosted?: Readonly<Record<string, HostedRRset | null>>;
}

/** One managed RRset as it has to be again; null where there was none. */
export interface UndoRow {
  readonly key: string;
  readonly rrset: RRset | null;
  /** What the provider kept besides, as JSON; only its own interface can put it back. */
  readonly extras: string | null;
}

const hasExtras = (extras: HostedRRset['extras']): boolean =>
  extras !== null && JSON.stringify(extras) !== '{}' && JSON.stringify(extras) !== '[]';

function rowOf(track: Track, { hosted }: UndoSource): UndoRow {
  const held = hosted?.[track.key];
  const extras = held?.extras ?? null;
  return {
    key: track.key,
    rrset: held === undefined ? valueAt(track, SNAPSHOT) : (held?.rrset ?? null),
    extras: hasExtras(extras) ? JSON.stringify(extras) : null,
  };
}

/** The MX first: it is what mail depends on. */
export const undoRows = (source: UndoSource): readonly UndoRow[] =>
  [
    ...source.plan.tracks.filter(({ type }) => type === 'MX'),
    ...source.plan.tracks.filter(({ type }) => type !== 'MX'),
  ].map(track => rowOf(track, source));

/**
 * The lines for `nsupdate` that put every managed RRset back, in one UPDATE that lands as a whole. All
 * deletions come first: a server ignores a CNAME that is added beside other data (RFC 2136 3.4.2.2).
 */
export function undoScript(source: UndoSource): readonly string[] {
  const { plan } = source;
  const rows = undoRows(source);
  const claim = plan.policy.claim ? [`update delete ${keyText(claimKey(plan.domain))}`] : [];
  return [
    `zone ${plan.zone}`,
    ...rows.map(({ key }) => `update delete ${key}`),
    ...claim,
    ...rows.flatMap(({ rrset }) => rrset?.rdata.map(rdata => addLine(rrset, rdata)) ?? []),
    'send',
  ];
}

const addLine = ({ name, ttl, type }: RRset, rdata: string): string =>
  `update add ${name} ${ttl} ${type} ${rdata}`;

/** The same with our own claim, which must not stay: for whoever writes by hand. */
export function rowsByHand(source: UndoSource): readonly UndoRow[] {
  const { plan } = source;
  const claim: UndoRow = { key: keyText(claimKey(plan.domain)), rrset: null, extras: null };
  return [...undoRows(source), ...(plan.policy.claim ? [claim] : [])];
}

/** For providers without UPDATE: what every RRset has to be, a line a record. */
function undoTable(source: UndoSource): readonly string[] {
  const rows = rowsByHand(source).flatMap(({ key, rrset, extras }) => {
    if (rrset === null) return [[key, '-', 'must not exist: delete it']];
    const values = rrset.rdata.map((rdata, index) => [
      index === 0 ? key : '',
      index === 0 ? `${rrset.ttl}` : '',
      rdata,
    ]);
    const besides = extras === null ? [] : [['', '', `besides: ${brief(extras, 400)}`]];
    return [...values, ...besides];
  });
  const cells = [['RRset', 'TTL', 'value'], ...rows].map(row => row.map(printable));
  return table(cells, { width: 100_000 });
}

/**
 * A file that undoes a cutover without this program: comments, a table for any provider, and a script
 * that `nsupdate` takes as it is.
 */
export function undoText(source: UndoSource): string {
  const { plan } = source;
  const domain = printable(nameText(plan.domain));
  const comments = [
    `Undo by hand: ${domain}, plan ${plan.hash}.`,
    '',
    'Puts every RRset that the cutover manages back to what it was before, whatever it is now.',
    'Use it only when dns-cutover itself cannot: first stop its controller, or it holds the zone',
    'for edited by somebody else. `dns-cutover rollback` does the same and checks before it writes.',
    '',
    'What has to be there, for any provider. At a cloud: put the values in at its console, the MX first.',
    '',
    ...undoTable(source).map(line => `  ${line}`),
    '',
    'Only for a server that takes UPDATE (RFC 2136), not for a cloud; add a line `server ADDRESS PORT`',
    'before `zone` if needed:',
    '  nsupdate -k KEYFILE THIS-FILE',
  ];
  return [...comments.map(line => `; ${line}`.trimEnd()), ...undoScript(source), ''].join('\n');
}
