import { canaryRRset, type Measured, type Rehearsed } from '../../src/cutover/canary.ts';
import { type CanaryTold, type Event } from '../../src/cutover/event.ts';
import { type Settlement } from '../../src/cutover/intent.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { give, running, type Play } from './play.ts';
import { type Words } from './words.ts';

export const measured: Measured = {
  ...{ total: 40, told: 38, floored: 1, cut: 0, farms: 3 },
  floors: [{ resolver: 'floor-1', floor: 600 }],
};

export const rehearsed: Rehearsed = {
  ...{ total: 38, turned: 38, p50: 280, p95: 301, worst: 600 },
  last: [{ resolver: 'floor-1', after: 600 }],
};

const toldAs: Readonly<Record<string, CanaryTold>> = {
  measured: { is: 'measured', measured },
  rehearsed: { is: 'rehearsed', rehearsed },
};

/** `first` and `second` are what we wrote; anything else somebody else did. */
function found(play: Play, text: string): RRset | null {
  const state = running(play);
  if (text === 'nothing') return null;
  if (text === 'first' || text === 'second') return canaryRRset(state, text);
  return rrset({ ...canaryRRset(state, 'first'), rdata: [`"${text}"`] });
}

/** `conflict first`, `conflict nothing`, `conflict what somebody else wrote` */
export function canaryConflict(play: Play, text: string): Settlement {
  const { canary } = running(play);
  const change = canary?.intent?.changes[0];
  const expected = change?.before ?? null;
  const difference = { expected, found: found(play, text), source: 'onprem' };
  return { is: 'conflict', differences: [{ key: '*._dns-cutover TXT', ...difference }] };
}

/** `canary measured`, `canary rehearsed`, `canary given-up WHY` */
export function canaryCommand(play: Play, { first, rest }: Words): void {
  give(play, canaryEvent(toldAs[first] ?? { is: 'given-up', why: rest }));
}

export const canaryEvent = (told: CanaryTold): Event => ({ type: 'canary', told });
