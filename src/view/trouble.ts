import { type Now } from '../clock.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Next } from './next.ts';
import { commandText } from './words.ts';

/** What fails for so long does not pass by itself in a moment: whoever looks is told. */
const lastingMs = 60_000;

/** These ask the provider; what else fails keeps nothing from being written. */
const asking: readonly string[] = ['survey', 'write', 'sync', 'check'];

/** What may be over without anybody's help. */
const passing: readonly string[] = ['UNAVAILABLE', 'RATE_LIMITED', 'STORE'];

interface Failing {
  readonly effect: string;
  readonly code: string;
  readonly lasts: boolean;
}

const failing = ({ trouble }: Cutover, now: Now): readonly Failing[] =>
  Object.entries(trouble)
    .filter(([effect]) => asking.includes(effect))
    .map(([effect, { code, since }]) => ({ effect, code, lasts: now.wall - since >= lastingMs }));

const person = (cutover: Cutover, what: string): Next => ({
  who: 'person',
  what: `${what} It is tried again by itself.`,
  at: null,
  command: commandText('check', cutover.id),
});

/** Credentials that are refused: whatever else waits, it waits in vain before they are renewed. */
export function deniedNext(cutover: Cutover, now: Now): Next | null {
  const denied = failing(cutover, now).some(({ code }) => code === 'UNAUTHORIZED');
  if (!denied) return null;
  return person(cutover, `Renew the credentials of ${cutover.plan.provider}.`);
}

/** Who acts next where the provider fails for long; null where it does not. */
export function lastingNext(cutover: Cutover, now: Now): Next | null {
  const lasting = failing(cutover, now).filter(({ lasts }) => lasts);
  const [first] = lasting.toSorted(
    (a, b) => Number(passing.includes(a.code)) - Number(passing.includes(b.code)),
  );
  if (first === undefined) return null;
  const { effect, code } = first;
  const { provider } = cutover.plan;
  if (!passing.includes(code))
    return person(cutover, `See to ${provider}: ${effect} fails with ${code}.`);
  return {
    who: 'controller',
    what: `Tries ${effect} again until ${provider} can be asked (${code}); a person sees to it if that lasts.`,
    at: null,
    command: null,
  };
}
