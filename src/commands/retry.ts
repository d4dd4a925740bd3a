import { type Instant } from '../clock.ts';
import { readMoment } from '../config/time.ts';
import { timeZone } from '../config/time-zone.ts';
import { Fault } from '../errors.ts';
import { perform } from './act.ts';
import { textOption } from './parse.ts';
import { type Run } from './spec.ts';

/** A time in the zone of the plan's schedule, or exact with an offset. */
function moment(text: string, zoneName: string): Instant {
  const zone = timeZone(zoneName);
  if (zone === null) throw new Fault('BUG', `the plan names a zone that is none: ${zoneName}`);
  const read = readMoment(text, zone);
  if (typeof read === 'number') return read;
  const message = `${read.found} is not ${read.expected}`;
  throw new Fault('USAGE', message, { where: '--swap-until', fix: read.fix });
}

export const run: Run = (context, input) =>
  perform(context, input, ({ plan }) => {
    const text = textOption(input, 'swapUntil');
    const swapUntil = text === null ? null : moment(text, plan.policy.schedule.timeZone);
    return { type: 'retry', swapUntil, reason: textOption(input, 'reason') };
  });
