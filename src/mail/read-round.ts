import { isAddress } from '../dns/address.ts';
import { type Name, parseAnyName } from '../dns/name.ts';
import { Fault, isFault } from '../errors.ts';
import { limits } from '../limits.ts';
import { oneLine } from './reply.ts';
import { type AddressSeen, type ProbeRound } from './probe.ts';
import { isObject } from '../object.ts';

/** Words that are allowed in a place; `satisfies` keeps them those of the type. */
const roles = ['new', 'old', 'witness'] satisfies readonly AddressSeen['role'][];
const receptions = [
  ...(['accepts', 'unknown-recipient', 'not-provisioned', 'no-licence', 'wrong-region'] as const),
  ...(['greeting-refuses', 'refuses', 'loops', 'greylists', 'defers', 'closed'] as const),
  ...(['silent', 'blocks-us', 'locked-to-gateway', 'needs-tls', 'cannot-tell'] as const),
] satisfies readonly AddressSeen['reception'][];
const tlsStates = [
  ...(['good', 'none', 'broken', 'untrusted', 'expired', 'wrong-name', 'unknown'] as const),
] satisfies readonly AddressSeen['tls'][];
const egresses = ['open', 'blocked', 'unknown'] satisfies readonly ProbeRound['egress'][];
const policies = ['fits', 'breaks', 'none', 'unknown'] satisfies readonly ProbeRound['sts'][];

/** A value and where it stands, for messages. */
interface Part {
  readonly value: unknown;
  readonly path: string;
}

function odd({ path }: Part, expected: string): never {
  throw new Fault('MALFORMED', `${path === '' ? 'it' : path} is not ${expected}`, {
    where: path === '' ? 'what was handed in' : path,
    fix: 'hand in what `dns-cutover probe --json` prints on the other machine',
  });
}

const at = (part: Part, key: string): Part => {
  if (!isObject(part.value)) return odd(part, 'an object');
  const value = Object.hasOwn(part.value, key) ? part.value[key] : undefined;
  return { value, path: part.path === '' ? key : `${part.path}.${key}` };
};

const text = (part: Part, most: number = limits.smtpSaidCharacters): string => {
  if (typeof part.value !== 'string') return odd(part, 'a text');
  return part.value.length > most ? odd(part, `at most ${String(most)} characters`) : part.value;
};

function word<Word extends string>(part: Part, words: readonly Word[]): Word {
  return words.find(one => one === part.value) ?? odd(part, `one of ${words.join(', ')}`);
}

function items<Item>(part: Part, read: (part: Part) => Item): readonly Item[] {
  const { value, path } = part;
  if (!Array.isArray(value)) return odd(part, 'a list');
  if (value.length > limits.probeRoundItems)
    return odd(part, `a list of at most ${String(limits.probeRoundItems)}`);
  return value.map((one: unknown, index) =>
    read({ value: one, path: `${path}[${String(index)}]` }),
  );
}

/** A host that was probed by its address is named by it, as `probe` prints it. */
function name(part: Part): Name {
  try {
    const written = text(part, limits.nameOctets);
    return isAddress(written) ? (`${written}.` as Name) : parseAnyName(written);
  } catch (error) {
    if (isFault(error, 'MALFORMED') && error.where === part.path) throw error;
    return odd(part, 'a host name');
  }
}

const address = (part: Part): string => {
  const written = text(part);
  return isAddress(written) ? written : odd(part, 'an IP address');
};

const instant = (part: Part): number => {
  const { value } = part;
  const read = typeof value === 'string' ? Date.parse(text(part)) : value;
  return typeof read === 'number' && Number.isSafeInteger(read) ? read : odd(part, 'a time');
};

const addressSeen = (part: Part): AddressSeen => ({
  host: name(at(part, 'host')),
  address: address(at(part, 'address')),
  role: word(at(part, 'role'), roles),
  reception: word(at(part, 'reception'), receptions),
  said: oneLine(text(at(part, 'said'))),
  tls: word(at(part, 'tls'), tlsStates),
  recipients: items(at(part, 'recipients'), one => ({
    address: oneLine(text(at(one, 'address'), limits.recipientCharacters)),
    reception: word(at(one, 'reception'), receptions),
  })),
});

/** A name for a place that can stand in a line: letters, digits, and what host names and cities have. */
const vantage = (part: Part): string => {
  const written = text(part, limits.vantageCharacters);
  return /^[\p{L}\p{N}][\p{L}\p{N} ._:-]*$/u.test(written)
    ? written
    : odd(part, 'the name of a place');
};

/**
 * Reads what another place saw of the mail hosts, from JSON that somebody hands in. It is a stranger's text:
 * everything is bounded, and nothing that is not expected is kept. Throws MALFORMED.
 */
export function readProbeRound(json: string): ProbeRound {
  const whole: Part = { value: parsed(json), path: '' };
  const inner = at(whole, 'round');
  const part = inner.value === undefined ? whole : inner;
  return {
    vantage: vantage(at(part, 'vantage')),
    at: instant(at(part, 'at')),
    seen: items(at(part, 'seen'), addressSeen),
    unresolved: items(at(part, 'unresolved'), one => ({
      host: name(at(one, 'host')),
      role: word(at(one, 'role'), roles),
      why: oneLine(text(at(one, 'why'), limits.probeWhyCharacters)),
    })),
    egress: word(at(part, 'egress'), egresses),
    sts: word(at(part, 'sts'), policies),
  };
}

function parsed(json: string): unknown {
  if (json.length > limits.probeFileOctets) return odd({ value: json, path: '' }, 'that small');
  try {
    return JSON.parse(json);
  } catch {
    return odd({ value: json, path: '' }, 'JSON');
  }
}
