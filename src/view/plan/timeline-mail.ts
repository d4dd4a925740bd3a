import { type Instant, type Seconds } from '../../clock.ts';
import { leftHosts } from '../../cutover/mail/left-hosts.ts';
import { mailPaceMs } from '../../cutover/mail/pace.ts';
import { type Plan } from '../../cutover/plan.ts';
import { retireAsking, retireWaits } from '../../cutover/mail/retire.ts';
import { displayName } from '../../dns/name.ts';
import { limits } from '../../limits.ts';
import { moment, type Moment } from './moment.ts';
import { type Course } from './timeline.ts';
import { count, durationText } from '../words.ts';

const text = (seconds: Seconds): string => durationText(seconds * 1000);

/** DKIM keys are looked up when a message is read again: in queues, after forwarding, in archives. */
const oldKeysSeconds = 604_800;

/** When the old host's turn comes, as the core will reckon it, and the waits in words. */
export function retireCourse(
  plan: Plan,
  at: { readonly longest: Seconds; readonly last: Instant; readonly sweep: Instant },
): Course['retire'] {
  const { retire } = plan.policy;
  const { longest, last, sweep } = at;
  const asking = retireAsking(plan);
  const after = `${text(retire.after)} after the last swap`;
  if (asking === null) {
    const when = retire.old === 'stays' ? sweep : Math.max(sweep, last + retire.after * 1000);
    return { at: when, terms: [after] };
  }
  if (asking.goal === 'forwards') return { at: sweep, terms: ['once the last sweep is confirmed'] };
  const waits = retireWaits(plan.policy, { longest, slow: false });
  const ends = waits.map(({ seconds }) => last + seconds * 1000);
  const held = waits.find(({ from }) => from === 'served')?.seconds ?? 0;
  return {
    at: Math.max(sweep, ...ends),
    terms: [
      after,
      `${text(held)} after every authoritative address has turned: for so long caches may hold the old set and deliveries be under way`,
      'the last sweep is confirmed',
    ],
  };
}

/** What the old host is asked, and when. */
function retireMoments(plan: Plan, { retire, steps, drained }: Course): readonly Moment[] {
  const { old, after } = plan.policy.retire;
  const hosts = leftHosts(plan).map(displayName).join(', ');
  const last = steps.at(-1)?.swap ?? drained;
  if (old === 'stays')
    return [moment(retire.at, 'earliest', 'the old host stays, as declared', 'retire.old: stays')];
  const asking = retireAsking(plan);
  if (asking === null)
    return [
      moment(
        retire.at,
        'earliest',
        'the old host may be retired',
        `${text(after)} after the last swap`,
      ),
    ];
  const rule = `the latest of: ${retire.terms.join('; ')}`;
  if (asking.goal === 'forwards')
    return [
      moment(
        retire.at,
        'earliest',
        `${hosts} and the new hosts are asked to take the test recipient`,
        'each hour until somebody confirms that a message arrived (confirm old-host)',
      ),
    ];
  return [
    moment(
      retire.at,
      'earliest',
      `the old host may be retired: ${hosts} is asked until it refuses mail`,
      `each ${durationText(limits.retireEveryMs)}, over IPv4 and IPv6, from ${rule} on`,
    ),
    moment(
      last + oldKeysSeconds * 1000,
      'earliest',
      'the DKIM records of the old side may go, by hand',
      `${text(oldKeysSeconds)} after the last mail that the old side signed, at the earliest`,
    ),
  ];
}

/** At every gate the hosts of its step are asked. */
export function gateLooks({ policy: { mail } }: Plan, { steps }: Course): readonly Moment[] {
  if (mail?.ask !== true) return [];
  const number = mail.recipients.length;
  const people = number === 0 ? '' : ` and ${count(number, 'recipient')}`;
  return steps.map(({ name, gate }) =>
    moment(
      gate,
      'earliest',
      `the mail hosts${steps.length > 1 ? ` of ${name}` : ''} are asked at every address for postmaster${people}, and for one that nobody has`,
      'no mail is sent; a host that does not know the domain keeps the gate shut',
    ),
  );
}

/** When mail hosts are looked at, how long the cutover may roll back by itself, and when the old host ends. */
export function mailMoments(plan: Plan, course: Course): readonly Moment[] {
  const { mail, rollback } = plan.policy;
  const retire = retireMoments(plan, course);
  if (mail?.ask !== true) return retire;
  const { automatic } = rollback;
  const several = course.steps.length > 1;
  const every = durationText(mailPaceMs(mail));
  const looks = course.steps.flatMap(({ name, swap }) => {
    return [
      moment(
        swap,
        'earliest',
        `new and old mail hosts${several ? ` of ${name}` : ''} are looked at each ${every}`,
        'from the confirmed swap until the last sweep is confirmed',
      ),
      ...(automatic === null
        ? []
        : [
            moment(
              swap + automatic * 1000,
              'earliest',
              `nothing is rolled back by itself any more${several ? ` after ${name}` : ''}`,
              `rollback.automatic: ${text(automatic)} after the swap; from then on a person decides`,
            ),
          ]),
    ];
  });
  return [...looks, ...retire];
}
