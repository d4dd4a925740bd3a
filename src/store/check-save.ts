import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Save } from './store.ts';

/**
 * Refuses, before anything is touched, lines that do not continue the row: a gap in `seq` could
 * never be told from a lost line. BUG for those, REFUSED for a line over `limits.lineOctets`.
 */
export function checkSave({ id, seq, lines }: Save): void {
  if (seq === 0 && lines.length === 0)
    throw new Fault('BUG', `cutover ${id} was to be created without a line`);
  lines.forEach((line, index) => {
    if (line.cutover !== id || line.seq !== seq + index + 1)
      throw new Fault(
        'BUG',
        `line ${line.seq} of ${line.cutover} does not follow line ${seq + index} of ${id}`,
      );
    if (Buffer.byteLength(line.text) > limits.lineOctets)
      throw new Fault('REFUSED', `line ${line.seq} of ${id} (${line.line.type}) is too long`, {
        where: `${id} line ${line.seq}`,
        fix: `A line holds at most ${limits.lineOctets} octets: split the cutover into smaller ones.`,
      });
  });
}
