import { type Instant } from '../../clock.ts';
import { type Validated, type Validation } from '../../cutover/validation.ts';
import {
  denialOf,
  provenAbsent,
  provenExpanded,
  tooManyIterations,
} from '../../dns/dnssec-denial.ts';
import { isExpanded, signedSetIn, soonest, type Span } from '../../dns/dnssec-signed.ts';
import { type Name } from '../../dns/name.ts';
import { type Key, keyText } from '../../dns/rrset.ts';
import { type Message } from '../../dns/wire.ts';
import { isFault } from '../../errors.ts';
import { validRecords } from './parent.ts';
import { type Signers, validateSet } from './signed-set.ts';
import { type ZoneChain } from './walk.ts';

/** One answer of one address. */
export interface Answered {
  /** `serverLabel` of the address. */
  readonly server: string;
  readonly key: Key;
  readonly message: Message;
}

type Outcome =
  | { readonly lasts: Span }
  | { readonly is: 'bogus' | 'insecure'; readonly why: string };

const bogus = (why: string): Outcome => ({ is: 'bogus', why });

/** With so many rounds nobody looks at the proof, and the answer counts as unsigned (RFC 9276 3.2). */
const overHashed: Outcome = {
  is: 'insecure',
  why: 'its denials hash names more often than validators do',
};

const mend =
  'Let the signer sign the zone again and its servers load it. A rollback does not mend a signer: it signs the old set as well.';

/** What is there, validated with one set of keys. */
function present(
  { key, message }: Answered,
  set: NonNullable<ReturnType<typeof signedSetIn>>,
  signers: Signers,
): Outcome {
  const verdict = validateSet(set, { ...signers, expanded: true });
  if (verdict.is !== 'secure') return bogus(verdict.why);
  const { lasts, by } = verdict;
  if (!isExpanded(set.name, by)) return { lasts };
  const { valid } = validRecords(message.authority, ['NSEC', 'NSEC3'], signers);
  const denial = denialOf(valid, signers.zone);
  if (tooManyIterations(denial)) return overHashed;
  if (provenExpanded(denial, key.name, by.labels)) return { lasts };
  return bogus('a wildcard answers, and nothing proves that it may');
}

/** What is not there: the SOA and what denies must validate, and what denies must be about the name. */
function absent({ key, message }: Answered, signers: Signers): Outcome {
  const types = ['SOA', 'NSEC', 'NSEC3'];
  const { valid, trouble } = validRecords(message.authority, types, signers);
  if (trouble !== null) return bogus(trouble.why);
  if (!valid.some(({ type }) => type !== 'SOA')) return bogus('nothing proves that it is absent');
  const denial = denialOf(valid, signers.zone);
  if (tooManyIterations(denial)) return overHashed;
  if (provenAbsent(denial, key.name, key.type) === 'nothing')
    return bogus('what came does not prove that it is absent');
  const soa = signedSetIn(message.authority, { name: signers.zone, type: 'SOA' });
  const verdict = soa === null ? null : validateSet(soa, signers);
  return verdict?.is === 'secure' ? { lasts: verdict.lasts } : bogus('its SOA is not signed');
}

function withKeys(answered: Answered, signers: Signers): Outcome {
  try {
    const set = signedSetIn(answered.message.answer, answered.key);
    return set === null ? absent(answered, signers) : present(answered, set, signers);
  } catch (error) {
    if (!isFault(error, 'MALFORMED')) throw error;
    return bogus(error.message);
  }
}

/**
 * What validating resolvers make of one answer. They may have the keys from any address, so that it must
 * validate with every set of keys that an address gives.
 */
export function judgeAnswer(
  answered: Answered,
  chain: ZoneChain,
  { zone, now }: { readonly zone: Name; readonly now: Instant },
): Validated {
  const key = keyText(answered.key);
  const known: Validation | undefined =
    chain.verdict.is === 'secure' ? chain.bad.get(answered.server) : chain.verdict;
  if (known !== undefined) return { key, ...known };
  const outcomes = chain.keys.map(keys => withKeys(answered, { zone, keys, now }));
  const failed = outcomes.flatMap(outcome => ('why' in outcome ? [outcome] : []));
  const worst = failed.find(({ is }) => is === 'bogus') ?? failed[0];
  if (worst !== undefined) {
    const apart = failed.length < outcomes.length;
    const why = apart ? `${worst.why} (as another address gives the keys)` : worst.why;
    const remedy = worst.is === 'bogus' ? mend : null;
    return { key, is: worst.is, at: key, why, remedy, lasts: null };
  }
  const ends = outcomes.flatMap(outcome => ('lasts' in outcome ? [outcome.lasts] : []));
  return {
    key,
    is: 'secure',
    at: key,
    why: chain.verdict.why,
    remedy: null,
    lasts: soonest(ends),
  };
}
