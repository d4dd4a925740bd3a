import { type Clock } from '../clock.ts';
import { withDeadline } from '../deadline.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Resolver } from '../propagation/watched.ts';
import { type Ask, type Question, type Reply } from '../transport/transport.ts';
import { enter, leave, type Turn } from './turns/lane.ts';
import { type Lanes } from './turns/lanes.ts';
import { restMs } from './outcome.ts';
import { type Rests } from './turns/rests.ts';
import { claimOf, flow } from './turns/turns.ts';

/** A question besides those of the watches: it waits for its turn in the same budget. */
export interface Errand {
  readonly resolver: Resolver;
  /** One of its addresses. */
  readonly address: string;
  readonly question: Question;
  /** Where turns are scarce it comes before all first questions, of which no answer counts without it. */
  readonly goesAhead?: boolean;
}

/** Asks within the budget of the watches. */
export interface Errands {
  /** Throws what the transport throws, UNAVAILABLE where that never says how it went, and ABORTED. */
  ask(errand: Errand, signal: AbortSignal): Promise<Reply>;
}

export interface ErrandDesk {
  readonly lanes: Pick<Lanes, 'hold' | 'release'>;
  readonly rests: Rests;
  readonly ask: Ask;
  readonly clock: Clock;
  readonly up: () => number;
  readonly pump: () => void;
  /** Questions under way, of all. */
  readonly underWay: (by: 1 | -1) => void;
}

export function errandsOf(desk: ErrandDesk): Errands['ask'] {
  const { lanes, rests, up, ask, clock } = desk;
  return async (errand: Errand, signal: AbortSignal): Promise<Reply> => {
    if (signal.aborted) throw givenUp();
    const { resolver, address, question, goesAhead = false } = errand;
    const lane = lanes.hold(resolver, up());
    try {
      await itsTurn(desk, { lane, goesAhead }, signal);
      try {
        if (rests.restsUntil(resolver) > up()) throw leftAlone(address);
        const { port, over } = resolver;
        const at = { address, port, ...(over !== undefined && { over }) };
        const terms = { ms: limits.pollDeadlineMs, what: `the question to ${address}`, signal };
        const asked = up();
        const reply = await withDeadline(clock, terms, given => ask(question, at, given));
        // The transport may have sent it twice: what counts here is since when it is under way.
        return { ...reply, rttMs: up() - asked };
      } catch (error) {
        const ms = restMs(error);
        if (ms !== null) rests.rest(resolver, ms);
        throw error;
      } finally {
        desk.underWay(-1);
      }
    } finally {
      lanes.release(resolver, up());
      desk.pump();
    }
  };
}

const leftAlone = (address: string): Fault =>
  new Fault('UNAVAILABLE', `${address}: it asked to be left alone for a while`, {
    fix: 'It is asked again later; this says nothing about what it holds.',
  });

const givenUp = (): Fault => new Fault('ABORTED', 'the question was given up');

/** Its token is taken and it counts as under way once this resolves. */
function itsTurn(
  { up, pump, underWay }: ErrandDesk,
  { lane, goesAhead }: { readonly lane: Turn['lane']; readonly goesAhead: boolean },
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const turn: Turn = {
      ...{ slot: -1, at: up(), rank: 0, order: 0, lane, flow: flow() },
      claim: claimOf('again', { times: 1 }),
      fire: (self, now) => {
        enter(self, now, goesAhead);
      },
      ask: () => {
        signal.removeEventListener('abort', abort);
        underWay(1);
        resolve();
      },
    };
    const abort = (): void => {
      leave(turn, up());
      reject(givenUp());
    };
    signal.addEventListener('abort', abort, { once: true });
    enter(turn, up(), goesAhead);
    pump();
  });
}
