import { type Instant } from '../../clock.ts';
import { CH } from '../../dns/records.ts';
import { parseName } from '../../dns/name.ts';
import { type Message } from '../../dns/wire.ts';
import { isFault } from '../../errors.ts';
import { negativeTtl } from '../../propagation/observation.ts';
import { exposureOf } from '../../propagation/exposure.ts';
import {
  type Trial,
  type Hearing,
  inventsBy,
  memberOf,
  soaTrouble,
} from '../../propagation/hearing.ts';
import { type Resolver } from '../../propagation/watched.ts';
import { type Question } from '../../transport/transport.ts';
import { type Errands } from '../errand.ts';

/** Whom to ask, and where. */
export interface Witness {
  readonly resolver: Resolver;
  readonly address: string;
}

export interface HearingParts {
  readonly errands: Errands;
  /** On the clock of whoever keeps the hearing. */
  readonly now: () => Instant;
}

/** RFC 4892 3.1. */
const idServer: Question = {
  ...{ name: parseName('id.server'), type: 'TXT', klass: CH },
  ...{ recursive: false, dnssec: false },
};

/** Tries for the SOA: a datagram may get lost, and silence would keep a resolver from being counted. */
const soaTries = 2;
/** A later answer may be to a question that was sent again: its TTL has counted down by itself. */
const promptMs = 1000;

/**
 * Asks one resolver what shows whether it can be believed, two questions or three. `heard` has the hearing
 * as soon as it is enough to judge by, and once more where the machine named itself afterwards.
 * @throws Fault ABORTED
 */
export async function hear(
  witness: Witness,
  { trial, parts }: { readonly trial: Trial; readonly parts: HearingParts },
  { heard, signal }: { readonly heard: (hearing: Hearing) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { resolver } = witness;
  const say = saidBy(witness, parts, signal);
  const soa = trial.zone === null ? null : await say(about(trial.zone, 'SOA'), soaTries);
  const trouble =
    trial.zone === null ? null : soa === null ? 'silent' : soaTrouble(soa.message, trial);
  const who = { resolver: resolver.id, operator: resolver.operator, weight: resolver.weight };
  const bare = {
    ...who,
    address: witness.address,
    exposure: exposureOf(resolver),
    trouble,
    invents: null,
    denial: null,
  };
  if (trouble !== null) {
    const member = soa === null ? null : memberOf(soa.message);
    heard({ ...bare, at: parts.now(), member });
    return;
  }
  const absence = await say(about(trial.absent, 'A'), 1);
  const invents = absence === null ? null : inventsBy(absence.message);
  const at = parts.now();
  const denial = absence === null || invents !== false ? null : denialOf(trial, absence, at);
  const member = [soa, absence].flatMap(one => (one && memberOf(one.message)) ?? [])[0] ?? null;
  const hearing: Hearing = { ...bare, at, invents, denial, member };
  heard(hearing);
  if (member !== null) return;
  const named = await say(idServer, 1);
  const name = named === null ? null : memberOf(named.message);
  if (name !== null) heard({ ...hearing, member: name });
}

const about = (name: Trial['absent'], type: string): Question => ({
  ...{ name, type, recursive: true, dnssec: false },
});

interface Said {
  readonly message: Message;
  readonly tookMs: number;
}

/** Null where it was silent each time. */
const saidBy =
  ({ resolver, address }: Witness, { errands }: HearingParts, signal: AbortSignal) =>
  async (question: Question, tries: number): Promise<Said | null> => {
    for (let left = tries; left > 0; left--)
      try {
        const errand = { resolver, address, question, goesAhead: true };
        const { message, rttMs } = await errands.ask(errand, signal);
        return { message, tookMs: rttMs };
      } catch (error) {
        if (!isFault(error, 'UNAVAILABLE')) throw error;
      }
    return null;
  };

/** How long yet it remembers that the name does not exist. */
function denialOf(
  { absent: name, negativeTtl: full }: Trial,
  { message, tookMs }: Said,
  at: Instant,
): Hearing['denial'] {
  const ttl = negativeTtl(message);
  return full === null || ttl === null || tookMs > promptMs ? null : { name, at, ttl, full };
}
