import { isFault } from '../errors.ts';
import { type Name, parseAnyName } from '../dns/name.ts';
import {
  effective,
  hasMacro,
  isSpf,
  type Mechanism,
  parseSpf,
  plainTerm,
  type Qualifier,
  verdictOnOthers,
} from './spf.ts';
import { excerpt, txtText } from './txt.ts';

/** What a receiver would ask on its way through a record. */
export interface SpfQuestion {
  readonly name: Name;
  readonly type: 'TXT' | 'A' | 'AAAA' | 'MX';
}

export type SpfAnswer =
  | { readonly is: 'found'; readonly rdata: readonly string[] }
  | { readonly is: 'absent' }
  | { readonly is: 'unanswered'; readonly why: string };

/** Undefined: nobody has asked yet. */
export type SpfKnown = (question: SpfQuestion) => SpfAnswer | undefined;

/** What becomes of a receiver that follows a record to its end, when nothing matches before. */
export interface SpfWalk {
  /** What is said of everybody who is not named, at the end of the record or of those it redirects to. */
  readonly others: Qualifier | null;
  /** Every mechanism that lets somebody send, here and in what is included: lower case, without `+`. */
  readonly allows: ReadonlySet<string>;
  /** Mechanisms and modifiers that cost a lookup (RFC 7208 4.6.4). */
  readonly lookups: number;
  /** What was looked up in vain: more than 2 are an error (RFC 7208 4.6.4). */
  readonly voids: readonly string[];
  /** Why receivers would call it an error (permerror) at once. */
  readonly faults: readonly string[];
  /** What depends on each message, and cannot be looked up before. */
  readonly dynamic: readonly string[];
  /** Mechanisms that are slow and should not be used: `ptr` (RFC 7208 5.5). */
  readonly discouraged: readonly string[];
  /** What nobody answered, and why. */
  readonly unanswered: readonly string[];
  /** What must be asked before the walk is complete; empty when it is. */
  readonly wants: readonly SpfQuestion[];
}

/** The walk ends here: whoever is that far beyond the limits knows enough. */
const LOOKUPS_WALKED = 30;
/** RFC 7208 4.6.4: addresses of at most so many hosts are looked up for one `mx`. */
const MX_HOSTS = 10;

/** The same while it is being made. */
interface Walk extends SpfWalk {
  readonly known: SpfKnown;
  others: Qualifier | null;
  readonly allows: Set<string>;
  lookups: number;
  readonly voids: string[];
  readonly faults: string[];
  readonly dynamic: string[];
  readonly discouraged: string[];
  readonly unanswered: string[];
  readonly wants: SpfQuestion[];
}

/**
 * Follows an SPF record through all that it includes. Lookups are handed in: what is not known yet is
 * named in `wants`, and the walk is made again when it is.
 */
export function walkSpf(domain: Name, text: string, known: SpfKnown): SpfWalk {
  const walk: Walk = {
    ...{ known, others: null, allows: new Set(), lookups: 0, voids: [], faults: [], dynamic: [] },
    ...{ discouraged: [], unanswered: [], wants: [] },
  };
  walk.others = follow(walk, text, [domain]);
  return walk;
}

/**
 * One record; `trail` are the domains whose records led here, its own last. Gives what it says of whoever it
 * does not name: only redirects hand that on (RFC 7208 5.2 and 6.1).
 */
function follow(walk: Walk, text: string, trail: readonly Name[]): Qualifier | null {
  const spf = parseSpf(text);
  const here = trail.at(-1);
  if (spf === null || here === undefined) return null;
  for (const problem of spf.problems) walk.faults.push(`${here} ${problem}`);
  for (const mechanism of effective(spf)) {
    if (mechanism.qualifier === '+') walk.allows.add(plainTerm(mechanism.text));
    step(walk, mechanism, trail);
  }
  // Where `all` stands nobody looks at `redirect=`.
  const others = verdictOnOthers(spf);
  if (others !== null || spf.redirect === null) return others;
  return include(walk, { target: spf.redirect, by: 'redirect' }, trail);
}

function step(walk: Walk, { name, target, text }: Mechanism, trail: readonly Name[]): void {
  if (name === 'ip4' || name === 'ip6' || walk.lookups >= LOOKUPS_WALKED) return;
  if (name === 'include') {
    include(walk, { target: target ?? '', by: 'include' }, trail);
    return;
  }
  walk.lookups += 1;
  if (name === 'ptr') walk.discouraged.push(excerpt(text));
  const asked = target === null ? trail.at(-1) : nameOf(walk, target);
  if (name === 'ptr' || asked === null || asked === undefined) return;
  if (name === 'mx') {
    const hosts = lookUp(walk, { name: asked, type: 'MX' });
    if (hosts === 'void') walk.voids.push(`${asked} MX`);
    else if (hosts !== 'pending' && hosts.length > MX_HOSTS)
      walk.faults.push(`${asked} has ${hosts.length} mail hosts, and ${excerpt(text)} allows 10`);
    return;
  }
  const [four, six] = (['A', 'AAAA'] as const).map(type => lookUp(walk, { name: asked, type }));
  if (four === 'void' && (name === 'exists' || six === 'void')) walk.voids.push(`${asked} A`);
}

interface Included {
  readonly target: string;
  readonly by: 'include' | 'redirect';
}

function include(walk: Walk, { target, by }: Included, trail: readonly Name[]): Qualifier | null {
  if (walk.lookups >= LOOKUPS_WALKED) return null;
  walk.lookups += 1;
  const name = nameOf(walk, target);
  if (name === null) return null;
  if (trail.includes(name)) {
    walk.faults.push(`${name} is led back to itself by ${by}`);
    return null;
  }
  const found = lookUp(walk, { name, type: 'TXT' });
  if (found === 'void') walk.voids.push(`${name} TXT`);
  if (found === 'pending') return null;
  const records = found === 'void' ? [] : found.map(txtText).filter(isSpf);
  const [record, ...more] = records;
  // RFC 7208 5.2 and 6.1: without a record, or with several, the whole evaluation ends in an error.
  if (record === undefined) walk.faults.push(`${name} (${by}) has no SPF record`);
  else if (more.length > 0) walk.faults.push(`${name} (${by}) has ${records.length} SPF records`);
  else return follow(walk, record, [...trail, name]);
  return null;
}

/** The name that a target means; null where that cannot be said before a message comes, or is none. */
function nameOf(walk: Walk, target: string): Name | null {
  if (hasMacro(target)) {
    walk.dynamic.push(excerpt(target));
    return null;
  }
  try {
    return parseAnyName(target);
  } catch (error) {
    if (!isFault(error, 'MALFORMED')) throw error;
    walk.faults.push(`${excerpt(target)} is no name`);
    return null;
  }
}

type LookedUp = readonly string[] | 'void' | 'pending';

function lookUp(walk: Walk, question: SpfQuestion): LookedUp {
  const answer = walk.known(question);
  if (answer === undefined) {
    const { name, type } = question;
    if (!walk.wants.some(one => one.name === name && one.type === type)) walk.wants.push(question);
    return 'pending';
  }
  if (answer.is === 'found') return answer.rdata;
  if (answer.is === 'absent') return 'void';
  walk.unanswered.push(`${question.name} ${question.type}: ${answer.why}`);
  return 'pending';
}
