import { durationText } from '../../view/words.ts';
import { type Status } from '../../view/status/status.ts';
import { clockText, type Here } from './moments.ts';
import { closedWith } from './old-hosts.ts';
import { looks, type Look } from './shape.ts';

/** Whether it is safe to go back to the old host, and why. */
export interface Back extends Look {
  /** `safe` and the like, for who reads one word. */
  readonly is: 'safe' | 'care' | 'not' | 'under way' | 'over';
  /** As a part of a sentence. */
  readonly sentence: string;
  readonly why: readonly string[];
  /** What is wrong all the same afterwards. */
  readonly healsNot: readonly string[];
}

const lookOf: Readonly<Record<Back['is'], Look>> = {
  safe: looks.well,
  care: looks.heed,
  not: looks.wrong,
  'under way': { shape: 'back', tone: 'old' },
  over: looks.idle,
};

const back = (is: Back['is'], sentence: string, why: readonly string[]): Back => ({
  ...lookOf[is],
  ...{ is, sentence, why, healsNot: [] },
});

const refusing = ['refuses', 'bounces', 'down'];

/** Which old hosts would not take the mail that came back to them, and what they said. */
function deafHosts(status: Status): readonly string[] {
  const watched = (status.mail?.vantages ?? []).flatMap(({ hosts }) =>
    hosts
      .filter(({ role, is }) => role === 'old' && refusing.includes(is))
      .map(({ host, is, said }) => ({ host, is: is as string, said })),
  );
  const closed = (status.oldHost?.hosts ?? []).flatMap(host => {
    const said = closedWith(status, host);
    return said === null ? [] : [{ host, is: 'refuses', said }];
  });
  const known = closed.map(({ host }) => host);
  return [...closed, ...watched.filter(({ host }) => !known.includes(host))].map(
    ({ host, is, said }) => `${host}: ${is}${said === '' ? '' : ` (${said})`}`,
  );
}

/** The low TTL of what is watched: for so long caches keep the new set after a rollback. */
function lowSeconds({ path }: Status): number | null {
  const mx = path.find(({ key }) => key.endsWith(' MX')) ?? path[0];
  return mx?.positions[mx.place]?.ttl ?? null;
}

/** One write; then caches follow as fast as the TTL lets them. */
function cost(status: Status): string {
  const seconds = status.mail?.back?.costSeconds ?? lowSeconds(status);
  if (seconds === null) return 'One write brings the old MX back.';
  const span = durationText(seconds * 1000);
  return `One write brings the old MX back; within ${span} the last mail follows.`;
}

/** After the swap it depends on the old hosts. */
function swappedBack(status: Status): Back {
  const deaf = deafHosts(status);
  const healsNot = status.mail?.back?.healsNothing ?? [];
  if (deaf.length === 0)
    return { ...back('safe', 'It is safe to go back', [cost(status)]), healsNot };
  return { ...notSafe(deaf, status), healsNot };
}

const notSafe = (deaf: readonly string[], status: Status): Back =>
  back('not', 'Going back is not safe: the old host refuses mail', [...deaf, cost(status)]);

/** Once its mail was fetched, an old host may be closed at any time; then going back bounces mail. */
function emptiedBack(status: Status): Back {
  const deaf = deafHosts(status);
  if (deaf.length > 0) return notSafe(deaf, status);
  return back('care', 'Going back needs care', [
    'The old host was emptied, or will be: mail that goes there again must be fetched again.',
    cost(status),
  ]);
}

export function backOf(status: Status, here: Here): Back {
  const { stage, outcome, rollback } = status;
  if (outcome === 'rolled-back') return back('over', 'It went back', ['Everything is as it was.']);
  if (outcome !== null)
    return back('over', 'There is nothing to go back from any more', [
      'A way back is a new cutover, in the other direction.',
    ]);
  switch (stage) {
    case 'rollback':
      return back(
        'under way',
        rollback?.deliveredAt == null ? 'It is going back now' : 'The old MX is back',
        rollback === null
          ? []
          : [`To position ${rollback.target}, asked for at ${clockText(rollback.askedAt, here)}.`],
      );
    case 'snapshot':
      return back('safe', 'Nothing was changed yet', ['To stop here, abandon it.']);
    case 'lower':
    case 'drain':
    case 'gate':
      if (status.steps.some(({ state }) => state === 'swapped')) return swappedBack(status);
      return back('safe', 'It is safe to go back', [
        'The MX still is the old one; going back restores TTLs and what was prepared.',
      ]);
    case 'swap':
    case 'propagate':
      return swappedBack(status);
    case 'sweep':
    case 'settle':
    case 'done':
      return emptiedBack(status);
  }
}
