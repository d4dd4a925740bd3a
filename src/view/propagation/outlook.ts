import { type Instant } from '../../clock.ts';
import { type End, type Outlook, outlookBy } from '../../propagation/outlook.ts';
import { type Cause } from '../../propagation/straggler.ts';
import { isOver, type PropagationRow } from './rows.ts';
import { type Picture, sliceOfPicture } from './propagation.ts';
import { type Look } from '../table.ts';
import { etaTexts, outlookView, type OutlookView } from '../world/outlook.ts';

/** Per cent; what is usually waited for. */
const most = 95;

/** What they say goes on as long as they do it. */
const endless: readonly Cause[] = ['does not count down', 'serves stale', 'filtered or rewritten'];

/** When a resolver is new as far as its entry tells; null: it cannot tell. */
function endOf(row: PropagationRow, now: Instant): End | null {
  const { id, weight, verdict, cause, until, final, floor = null } = row;
  if (verdict !== 'new' && verdict !== 'old' && verdict !== 'mixed' && verdict !== 'other')
    return null;
  const isNew = verdict === 'new' || row.sampled !== undefined;
  const lasts =
    verdict === 'other' || (cause !== null && endless.includes(cause) && until === null);
  const due = isNew || until === null || isOver(row, now) ? now : until;
  return { resolver: id, weight, at: lasts ? Infinity : due, isNew, cause, floor, final };
}

/** Null where there is nothing to wait for, or nobody whom one could believe. */
function outlooks(picture: Picture): Record<'half' | 'target' | 'worst', Outlook> | null {
  const { rows, at, expected, distrust = null } = picture;
  const { share } = sliceOfPicture(picture);
  if (expected === null || distrust !== null || share === null || share > 1 - 1e-9) return null;
  const reached = outlookBy(rows.map(row => endOf(row, at)).filter(end => end !== null));
  return { half: reached(0.5), target: reached(most / 100), worst: reached(1) };
}

/** When half, 95 % and all are expected, and who decides it: `target` is 95 %. */
export function outlookJson(picture: Picture): OutlookView | null {
  const made = outlooks(picture);
  return made === null ? null : outlookView(made);
}

/** The same as phrases; none where there is nothing to wait for. */
export function outlookTexts(
  picture: Picture,
  look: Pick<Look, 'zone' | 'now'>,
): readonly string[] {
  const view = outlookJson(picture);
  const { share } = sliceOfPicture(picture);
  return view === null ? [] : etaTexts(view, { share, target: most, back: false }, look);
}
