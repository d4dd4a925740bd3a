import { type CachesView, type StragglerView } from '../../view/world/world.ts';
import { type Look } from './shape.ts';

export type Cause = StragglerView['cause'];

/** What a cause looks like, what it is called among people, and what it means. */
interface CauseWords extends Look {
  readonly name: string;
  /** What happens there, and whether it mends itself. */
  readonly means: string;
  /** What a person can do; mostly nothing. */
  readonly remedy: string;
}

const waits = 'Nothing to do: it mends itself.';

export const causeWords: Readonly<Record<Cause, CauseWords>> = {
  'waiting for its TTL': {
    ...{ shape: 'old', tone: 'old', name: 'waits for its TTL', remedy: waits },
    means:
      'It fetched the old set shortly before the swap and may keep it for as long as the TTL said. Then it asks again and gets the new one.',
  },
  'raises TTLs': {
    ...{ shape: 'raised', tone: 'old', name: 'raises TTLs', remedy: waits },
    means:
      'It keeps what it fetched for longer than the TTL says, by a floor of its own. The end of its entry is known all the same.',
  },
  'does not count down': {
    ...{ shape: 'stale', tone: 'bad', name: 'does not count down' },
    means:
      'It answers with the same TTL again and again, so that nobody can tell when its entry ends: a load balancer, or a cache that is filled by another.',
    remedy: 'Ask its operator, or have it forget the name where it offers a page for that.',
  },
  'serves stale': {
    ...{ shape: 'stale', tone: 'bad', name: 'serves stale' },
    means:
      'Its entry is over, and it answers with it all the same, because it could not fetch a new one in time (RFC 8767).',
    remedy: 'See whether it can reach every authoritative server; otherwise it mends itself.',
  },
  'several caches disagree': {
    ...{ shape: 'mixed', tone: 'mixed', name: 'several caches disagree', remedy: waits },
    means:
      'Many machines answer at this address, each with a cache of its own: some have turned, and some have not. It counts as new when all have.',
  },
  'fetched old again': {
    ...{ shape: 'again', tone: 'bad', name: 'fetched old again' },
    means:
      'It had turned, or its entry was over, and then it got the old set anew: an authoritative server, or one it asks through, still hands it out.',
    remedy: 'Look at the authoritative servers: every one of them has to serve the new set.',
  },
  'filtered or rewritten': {
    ...{ shape: 'other', tone: 'bad', name: 'filtered or rewritten' },
    means:
      'It answers with something that no authoritative server gives: a filter, or a set made up.',
    remedy: 'Its operator decides that; time does not mend it.',
  },
  'silent or refused': {
    ...{ shape: 'unknown', tone: 'quiet', name: 'silent or refused' },
    means: 'It gave no answer that tells anything. It counts neither as old nor as new.',
    remedy: 'Nothing to do: who cannot tell keeps nothing waiting.',
  },
  other: {
    ...{ shape: 'other', tone: 'bad', name: 'unexplained' },
    means: 'Nothing that was seen accounts for what it answers.',
    remedy: 'Look at its answers, and ask its operator.',
  },
};

const sees: Readonly<Record<StragglerView['verdict'], string>> = {
  new: 'new',
  old: 'old',
  mixed: 'old and new',
  other: 'something else',
  empty: 'no records',
  refused: 'an error',
  silent: 'no answer',
};

export const seesText = ({ verdict }: StragglerView): string => sees[verdict];

/** Why a share says less than it seems to; every page that shows one says so. */
export const proxyText = ({ noun }: Pick<CachesView, 'noun'>): string =>
  `${noun === 'resolver' ? 'These' : 'Public'} resolvers are a proxy: those of the senders are closed to us, and weights are estimates. The authoritative servers and the TTL decide.`;
