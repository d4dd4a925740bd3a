import { type Entry } from '../cutover/line.ts';
import { type LineType } from '../cutover/lines.ts';
import { type WebhookOrder } from './notifier.ts';

/**
 * What a person wants to know who is not looking: where it stands, what waits for somebody, what somebody
 * did, and whether mail is in danger. What the machinery does on its way is for those who ask for it.
 */
export const worthTelling: readonly LineType[] = [
  'cutover.created',
  'stage.entered',
  'drain.proven',
  'drain.reset',
  'held',
  'hold.lifted',
  'approved',
  'approval.lapsed',
  'paused',
  'resumed',
  'write.conflict',
  'caches.propagated',
  'rollback.asked',
  'rollback.withdrawn',
  'rollback.delivered',
  'rollback.left',
  'mail.advice',
  'mail.advice-over',
  'retire.due',
  'ended',
];

/** A cutover by its id, or all of a domain: ids are `<domain>.<k>`. */
const named = (name: string, cutover: string): boolean =>
  name === cutover || name === cutover.replace(/\.\d+$/, '');

/** Whether a line is one that this receiver is told about. */
export const isWanted = (
  { types, cutovers }: Pick<WebhookOrder, 'types' | 'cutovers'>,
  { line, cutover }: Pick<Entry, 'line' | 'cutover'>,
): boolean =>
  (types ?? worthTelling).includes(line.type) &&
  (cutovers === null || cutovers.some(name => named(name, cutover)));
