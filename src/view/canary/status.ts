import { canaryLines } from './canary.ts';
import { labelled, margin } from '../labelled.ts';
import { type Status } from '../status/status.ts';
import { hang, type Look, shown } from '../table.ts';

/** While it matters: as long as it may be in the zone, and what it showed until the swap is out. */
export function canaryBlock(
  { canary: one, outcome, stage }: Status,
  look: Look,
): readonly string[] {
  const early = ['snapshot', 'lower', 'drain', 'gate'].includes(stage);
  const gone = one?.state === 'removed' || one?.state === 'not made';
  if (one === null || (outcome !== null && one.state !== 'left') || (gone && !early)) return [];
  const [first = '', ...rest] = canaryLines(one);
  return [
    ...labelled('canary', first, look),
    ...rest.flatMap(text => hang(margin, shown(text, look), look.width)),
  ];
}
