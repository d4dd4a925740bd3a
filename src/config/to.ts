import { type Edit } from '../cutover/order.ts';
import { type Name, parseName } from '../dns/name.ts';
import { parseRdata } from '../dns/rdata.ts';
import { isSelector, looksLikeKey, parseDkim } from '../mail/dkim.ts';
import {
  type Generated,
  type NeedKey,
  type Preset,
  type PresetRecord,
} from '../mail/presets/preset.ts';
import { presetById, presets } from '../mail/presets/presets.ts';
import { parseSpf } from '../mail/spf.ts';
import { type Path } from './document.ts';
import { listed, nearest } from './nearest.ts';
import { show } from './problem.ts';
import { attempt, type Reading, refuse, warn } from './reading.ts';
import { type CutoverEntry } from './schema.ts';

type ToEntry = NonNullable<CutoverEntry['to']>;

export interface ToInput {
  readonly path: Path;
  readonly entry: ToEntry;
  readonly domain: Name;
}

/** What a preset comes to: the records of the swap, and those that must be there before it. */
export interface Expanded {
  readonly swap: readonly Edit[];
  readonly prepare: readonly Edit[];
}

const nothing: Expanded = { swap: [], prepare: [] };

/** The edits that a preset stands for. What is missing is asked for with the page or command that shows it. */
export function readTo(reading: Reading, { path, entry, domain }: ToInput): Expanded {
  const preset = readPreset(reading, [...path, 'preset'], entry.preset);
  if (preset?.generate == null) return nothing;
  const before = reading.problems.length;
  const inputs = readInputs(reading, { path, entry, preset });
  const spf = readSpf(reading, [...path, 'spf'], entry.spf);
  const named = readDkim(reading, { path: [...path, 'dkim'], entry, preset });
  if (reading.problems.length > before) return nothing;
  const made = preset.generate(domain, inputs);
  const where = reading.document.where(path);
  const expected = 'a domain below which the names of the preset fit';
  const edit = ({ name, type, value }: PresetRecord): readonly Edit[] => {
    const owner = attempt(reading, { path, expected }, () => parseName(`${name}.${domain}`));
    if (owner === null) return [];
    const want = { is: 'set', rdata: [parseRdata(type, value)] } as const;
    return [{ name: owner, type, want, ttl: null, where }];
  };
  const derived = made.dkim.filter(({ name }) => !named.some(one => one.name === name));
  const mechanism = spf ?? made.spf;
  const mx = made.mx.map(text => parseRdata('MX', text));
  return {
    swap: [
      { name: domain, type: 'MX', want: { is: 'set', rdata: mx }, ttl: null, where },
      ...readAutodiscover(reading, { path, entry, made, preset }).flatMap(edit),
    ],
    prepare: [
      ...(mechanism === null || mechanism === 'leave'
        ? []
        : [
            {
              name: domain,
              type: 'TXT',
              want: { is: 'spf', mechanism },
              ttl: null,
              where,
            } as const,
          ]),
      ...[...derived, ...named].flatMap(edit),
    ],
  };
}

function readPreset(reading: Reading, path: Path, id: string): Preset | null {
  const preset = presetById(id);
  if (preset !== null && preset.generate !== null) return preset;
  const known = presets.filter(({ generate }) => generate !== null).map(one => one.id);
  if (preset !== null)
    refuse(reading, path, {
      found: `${show(id)}, which is only known as what a domain moves away from`,
      expected: listed(known, 'or'),
      fix: 'Write the records instead.',
    });
  else {
    const meant = nearest(id, known);
    refuse(reading, path, {
      found: `the unknown preset ${show(id)}`,
      expected: listed(known, 'or'),
      fix:
        meant === null
          ? 'See `dns-cutover help presets`, or write records.'
          : `Did you mean ${meant}?`,
    });
  }
  return null;
}

interface Asked {
  readonly path: Path;
  readonly entry: ToEntry;
  readonly preset: Preset;
}

const inputKeys = ['mailExchange', 'region', 'cluster'] as const;

/** What the operator said of what cannot be derived; everything that is missing or odd is noted. */
function readInputs(
  reading: Reading,
  { path, entry, preset }: Asked,
): Readonly<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const key of inputKeys)
    if (entry[key] !== undefined && !preset.needs.some(need => need.key === key))
      refuse(reading, [...path, key], {
        found: `${key}, which ${preset.id} does not need`,
        expected: `no ${key}`,
        fix: 'Remove it; if something else shall be written, write records.',
      });
  for (const { key, what, shownBy, example, pattern } of preset.needs) {
    // `leave` is an answer to what belongs into SPF, though none of the provider's.
    if (key === 'spf' && entry.spf === 'leave') continue;
    const written = entry[key]?.trim();
    const value = written?.toLowerCase().replace(/\.$/, '');
    if (value === undefined)
      refuse(reading, path, {
        found: `to without ${key}`,
        expected: `${key}: ${what}`,
        fix: `Add it, such as ${key}: ${example}. Shown by: ${shownBy}.`,
      });
    else if (!pattern.test(value))
      refuse(reading, [...path, key], {
        expected: `${what}, such as ${example}`,
        fix: otherPreset(key, value) ?? `Take it from there: ${shownBy}.`,
      });
    // Macros of SPF mean another thing in upper case (RFC 7208 7.3).
    else given[key] = key === 'spf' ? (written ?? value) : value;
  }
  return given;
}

/** The preset that a value would fit. */
function otherPreset(key: NeedKey, value: string): string | null {
  if (key !== 'mailExchange') return null;
  const fitting = presets.find(({ needs }) =>
    needs.some(need => need.key === key && need.pattern.test(value)),
  );
  return fitting === undefined
    ? null
    : `That is a host of another preset: write preset: ${fitting.id}.`;
}

/** The operator's own mechanism, or `leave`; null for that of the preset. */
function readSpf(reading: Reading, path: Path, spf: string | undefined): string | null {
  if (spf === undefined || spf === 'leave') return spf ?? null;
  const read = parseSpf(`v=spf1 ${spf}`);
  const [only, ...more] = read?.mechanisms ?? [];
  const isOne =
    only !== undefined && only.name !== 'all' && only.qualifier === '+' && more.length === 0;
  if (isOne && read?.problems.length === 0 && read.redirect === null) return spf;
  refuse(reading, path, {
    expected: 'one mechanism that lets the new side send, or leave',
    fix: 'Write it as in an SPF record, such as include:spf.example.net.',
  });
  return null;
}

function readDkim(reading: Reading, { path, entry, preset }: Asked): readonly PresetRecord[] {
  const given = Object.entries(entry.dkim ?? {});
  if (given.length === 0 && preset.dkimShownBy !== null)
    warn(reading, path.slice(0, -1), {
      message: `no DKIM records of ${preset.name} are named, and they cannot be derived: what it sends would not be signed for the domain`,
      fix: `Add dkim: { ${preset.selectors[0] ?? 'selector'}: … } to it. Shown by: ${preset.dkimShownBy}.`,
    });
  return given.flatMap(([selector, value]): readonly PresetRecord[] => {
    const at = [...path, selector];
    const name = `${selector.toLowerCase()}._domainkey`;
    if (!isSelector(selector)) {
      refuse(reading, at, {
        found: `the selector ${show(selector)}`,
        expected: 'a label, or labels with dots between them',
        fix: `Write only what stands in front of ._domainkey.`,
      });
      return [];
    }
    if (!looksLikeKey(value)) {
      const host = attempt(reading, { path: at, expected: 'a host, or the text of a key' }, () =>
        parseName(value),
      );
      return host === null ? [] : [{ name, type: 'CNAME', value: host }];
    }
    const text = value.replaceAll(/^"|"\s*"|"$/g, '');
    const [problem] = parseDkim(text).problems;
    if (problem !== undefined)
      refuse(reading, at, {
        expected: 'the text of a DKIM key',
        message: `verifiers would not take this key: ${problem}`,
        fix: 'Copy it whole from where the provider shows it.',
      });
    return problem === undefined ? [{ name, type: 'TXT', value: text }] : [];
  });
}

function readAutodiscover(
  reading: Reading,
  { path, entry, made, preset }: Asked & { readonly made: Generated },
): readonly PresetRecord[] {
  if (entry.autodiscover === 'leave') return [];
  if (made.autodiscover.length === 0)
    refuse(reading, [...path, 'autodiscover'], {
      found: `autodiscover: swap, and ${preset.name} has no such records`,
      expected: 'leave',
      fix: 'Leave it out; what clients look for there goes into records of a step.',
    });
  return made.autodiscover;
}
