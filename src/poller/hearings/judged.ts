import { type News } from '../../cutover/news.ts';
import { limits } from '../../limits.ts';
import { distrustTexts, type Judgement } from '../../propagation/fitness.ts';
import { tells } from '../../propagation/verdict.ts';
import { type Hearings } from './hearings.ts';
import { type Row } from '../row.ts';
import { type Summary } from '../summary.ts';

/**
 * A row as it counts: who was found unfit cannot tell, and nothing it says is old or new; whoever tells
 * something counts only once it was heard, and until then not everybody was.
 */
export function judgedRow(row: Row, { has, judgement, probing, isDoubtful }: Hearings): Row {
  const { id } = row.resolver;
  if (judgement().unfit.has(id)) return { ...row, watched: null, current: true, standing: 'unfit' };
  const state = row.watched?.state ?? null;
  const verdict = state?.verdict ?? null;
  if (row.leftOut || state === null || verdict === null || !tells(verdict)) return row;
  const counts = has(id) && !probing() && !isDoubtful(row.resolver, state);
  return counts ? row : { ...row, current: false, standing: 'not heard' };
}

/** The summary with what was found of the resolvers: where none of them can be trusted there is no share. */
export function judgedSummary(summary: Summary, { unfit, distrust }: Judgement): Summary {
  const { news, slice, mark, nextAt } = summary;
  const unfits = [...unfit].slice(0, limits.newsLaggards);
  const quarantined = unfits.map(([resolver, why]) => ({ resolver, why }));
  const more: Pick<News, 'distrust' | 'quarantined'> = {
    ...(distrust !== null && { distrust: distrustTexts[distrust] }),
    ...(quarantined.length > 0 && { quarantined }),
  };
  const shown = distrust === null ? {} : { share: null };
  return {
    news: { ...news, ...shown, ...more },
    slice: { ...slice, ...shown },
    mark: unfit.size === 0 && distrust === null ? mark : JSON.stringify([mark, more]),
    nextAt,
  };
}
