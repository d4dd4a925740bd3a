import { type Seconds } from '../../clock.ts';
import { type Measured, type Rehearsed } from '../../cutover/canary.ts';
import { type Intent } from '../../cutover/intent.ts';
import { type LineBody } from '../../cutover/lines.ts';
import { valueText } from '../hold.ts';
import { count } from '../words.ts';

type DataOf = { [Body in LineBody as Body['type']]: Body['data'] };

const verbs = (intent: Intent): string => {
  const [change] = intent.changes;
  if (change?.after === null) return 'removes the canary';
  return change?.before === null
    ? 'writes the canary'
    : 'changes the canary once, as the swap will change the MX';
};

const floorsText = ({ floors, floored }: Measured): string => {
  const named = floors.map(({ resolver, floor }) => `${resolver} ${floor} s`);
  const more = floored > floors.length ? ' …' : '';
  return named.length === 0 ? '' : ` (${named.join(', ')}${more})`;
};

/** What the resolvers showed of their TTLs. */
export const measuredText = (measured: Measured): string => {
  const { told, total, floored, cut, farms } = measured;
  const parts = [
    `TTLs raised to a floor by ${floored}${floorsText(measured)}`,
    `cut by ${cut}`,
    `several caches at one address of ${farms}`,
  ];
  return `${told} of ${count(total, 'resolver')} gave it: ${parts.join(', ')}`;
};

const within = (seconds: Seconds | null): string =>
  seconds === null ? 'not in time' : `after ${seconds} s`;

/** How the world turned. */
export const rehearsedText = ({ turned, total, p50, p95, worst, last }: Rehearsed): string => {
  const late = last.map(({ resolver, after }) => `${resolver} ${within(after)}`);
  const times = `half ${within(p50)}, 95 % ${within(p95)}, the last ${within(worst)}`;
  const names = late.length === 0 ? '' : `; at the end ${late.slice(0, 5).join(', ')}`;
  return `${turned} of ${count(total, 'resolver')} turned: ${times}${names}`;
};

/** What each line of the canary says. */
export const canarySentences = {
  'canary.intended': ({ intent }: DataOf['canary.intended']) => `${intent.id} ${verbs(intent)}`,
  'canary.confirmed': ({ intent }: DataOf['canary.confirmed']) =>
    `${intent} is confirmed: read back as it was written`,
  'canary.failed': ({ intent, code, message }: DataOf['canary.failed']) =>
    `${intent} took no effect (${code}): ${message}; nothing of the move waits for it`,
  'canary.conflict': ({ intent, found }: DataOf['canary.conflict']) =>
    `${intent} was not made: ${found === null ? 'it is gone' : `there stands ${valueText(found)}`}`,
  'canary.measured': ({ measured }: DataOf['canary.measured']) =>
    `the canary measured resolvers: ${measuredText(measured)}`,
  'canary.rehearsed': ({ rehearsed }: DataOf['canary.rehearsed']) =>
    `rehearsal of the swap by the canary: ${rehearsedText(rehearsed)}`,
  'canary.given-up': ({ why }: DataOf['canary.given-up']) =>
    `the canary measures nothing more: ${why}`,
  'canary.left': ({ why }: DataOf['canary.left']) => `the canary stays in the zone: ${why}`,
} as const;
