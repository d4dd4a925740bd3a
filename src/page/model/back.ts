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

type HostIs = NonNullable<Status['mail']>['vantages'][number]['hosts'][number]['is'];

const refusing: readonly HostIs[] = ['refuses', 'bounces', 'down'];
const taking: readonly HostIs[] = ['accepts', 'greylists', 'defers', 'partly'];

interface OldHosts {
  /** What those said that would not take the mail that came back to them. */
  readonly deaf: readonly string[];
  /** None of those answered: their mail waits, and does not bounce. */
  readonly silent: boolean;
  /** One at least was seen taking mail. */
  readonly heard: boolean;
}

function oldHosts(status: Status): OldHosts {
  const seen = (status.mail?.vantages ?? []).flatMap(({ hosts }) =>
    hosts.filter(({ role }) => role === 'old'),
  );
  const closed = (status.oldHost?.hosts ?? []).flatMap(host => {
    const said = closedWith(status, host);
    return said === null ? [] : [{ host, is: 'refuses' as const, said }];
  });
  const known = closed.map(({ host }) => host);
  const watched = seen.filter(({ host, is }) => refusing.includes(is) && !known.includes(host));
  const deaf = [...closed, ...watched];
  return {
    deaf: deaf.map(({ host, is, said }) => `${host}: ${is}${said === '' ? '' : ` (${said})`}`),
    silent: deaf.every(({ is }) => is === 'down'),
    heard: seen.some(({ host, is }) => taking.includes(is) && !known.includes(host)),
  };
}

/** The TTL of what is out: for so long honest caches keep the new set after a rollback. */
function ttlSeconds({ path }: Status): number | null {
  const mx = path.find(({ key }) => key.endsWith(' MX')) ?? path[0];
  return mx?.positions[mx.place]?.ttl ?? null;
}

/** One write; then caches follow. Where mail is not asked about nobody has reckoned when the last mail does. */
function cost(status: Status): string {
  const write = 'One write brings the old MX back';
  const whole = status.mail?.back?.costSeconds;
  if (whole !== undefined)
    return `${write}; within ${durationText(whole * 1000)} the last mail follows.`;
  const ttl = ttlSeconds(status);
  return ttl === null
    ? `${write}.`
    : `${write}; caches that keep to its TTL follow within ${durationText(ttl * 1000)}.`;
}

/** What the old hosts would do with mail; null: nothing is known that speaks against them. */
function deafBack(status: Status): Back | null {
  const { deaf, silent, heard } = oldHosts(status);
  if (deaf.length === 0) return null;
  const why = [...deaf, cost(status)];
  if (!silent) return back('not', 'Going back is not safe: the old host refuses mail', why);
  return heard
    ? back('care', 'Going back needs care: an old host cannot be reached', why)
    : back('not', 'Going back is not safe: the old host cannot be reached', why);
}

/** Holds under which the write that goes back would not arrive, would meet another, or would mend nothing. */
const heldBack: Readonly<
  Record<string, readonly [is: 'care' | 'not', sentence: string, why: string]>
> = {
  'write-refused': [
    'not',
    'Going back is barred: the provider refuses writes',
    'A rollback is a write as well: first mend the rights or the server.',
  ],
  'write-failing': [
    'not',
    'Going back is barred: writes take no effect',
    'A rollback is a write as well: the provider has to be reached first.',
  ],
  conflict: [
    'care',
    'Going back needs care',
    'Somebody else changed the zone: a rollback overwrites nothing of theirs, and holds again where it is in the way.',
  ],
  'mx-missing': [
    'care',
    'Going back may heal nothing',
    'Where the provider has an MX that a server does not give, another write mends no server.',
  ],
  signature: [
    'care',
    'Going back may heal nothing',
    'The old set needs a usable signature as well: see why there is none now.',
  ],
  'dnssec-bogus': ['care', 'Going back heals nothing', 'The same signer signs the old set.'],
};

function heldBackOf({ hold }: Status): Back | null {
  const found = heldBack[hold?.why ?? ''];
  if (found === undefined) return null;
  const [is, sentence, why] = found;
  return back(is, sentence, [why]);
}

/** After the swap it depends on the old hosts, and on whether a write would arrive. */
function swappedBack(status: Status): Back {
  const healsNot = status.mail?.back?.healsNothing ?? [];
  const barred = heldBackOf(status) ?? deafBack(status);
  if (barred !== null) return { ...barred, healsNot };
  const unasked = status.mail?.vantages.length === 0;
  if (unasked || oldHosts(status).heard) {
    const why = unasked ? ['The old host was not asked since the swap yet.'] : [];
    return { ...back('safe', 'It is safe to go back', [...why, cost(status)]), healsNot };
  }
  const asked =
    status.mail === null
      ? 'Mail hosts are not asked in this cutover: look whether it still takes mail.'
      : 'None of its answers tells whether it still takes mail.';
  const why = [asked, cost(status)];
  return { ...back('care', 'Going back needs care: the old host was not heard', why), healsNot };
}

/** Once its mail was fetched, an old host may be closed at any time; then going back bounces mail. */
const emptiedBack = (status: Status): Back =>
  heldBackOf(status) ??
  deafBack(status) ??
  back('care', 'Going back needs care', [
    'The old host was emptied, or will be: mail that goes there again must be fetched again.',
    cost(status),
  ]);

function rollingBack({ rollback, hold, controller }: Status, here: Here): Back {
  const asked =
    rollback === null
      ? []
      : [`To position ${rollback.target}, asked for at ${clockText(rollback.askedAt, here)}.`];
  if (rollback?.deliveredAt != null) return back('under way', 'The old MX is back', asked);
  if (hold !== null) return back('not', 'The old MX is not back', [hold.sentence, ...asked]);
  return controller?.running === false
    ? back('not', 'The old MX is not back', ['No controller writes it.', ...asked])
    : back('under way', 'It is going back now', asked);
}

/** Before the swap, or where it was never made. */
const unswappedBack = back('safe', 'It is safe to go back', [
  'The MX still is the old one; going back restores TTLs and what was prepared.',
]);

/** Nothing is being written, and what was read last is what was there before. */
function isUnswapped({ stage, steps, intent, path, hold }: Status): boolean {
  if (steps.some(({ state }) => state === 'swapped')) return false;
  if (stage !== 'swap') return ['lower', 'drain', 'gate'].includes(stage);
  const mx = path.find(({ key }) => key.endsWith(' MX'));
  const [before, now] = [mx?.positions[0], mx?.positions[mx.place]];
  return hold !== null && intent === null && before?.rdata.join() === now?.rdata.join();
}

export function backOf(status: Status, here: Here): Back {
  const { stage, controller } = status;
  const outcome = status.outcome ?? status.ending;
  if (outcome === 'rolled-back')
    return back('over', 'It went back', ['What stood there before was written again.']);
  if (outcome !== null)
    return back('over', 'There is nothing to go back from any more', [
      'A way back is a new cutover, in the other direction.',
    ]);
  if (stage === 'rollback') return rollingBack(status, here);
  if (stage === 'snapshot')
    return back('safe', 'Nothing was changed yet', ['To stop here, abandon it.']);
  const late = ['sweep', 'settle', 'done'].includes(stage);
  const found = isUnswapped(status)
    ? unswappedBack
    : late
      ? emptiedBack(status)
      : swappedBack(status);
  if (controller?.running !== false) return found;
  return { ...found, why: ['It begins once a controller runs it.', ...found.why] };
}
