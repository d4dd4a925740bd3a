import { type Distrusted } from '../../cutover/news.ts';
import { distrustTexts, type Fitness, judge, type Judgement } from '../../propagation/fitness.ts';
import { tells } from '../../propagation/verdict.ts';
import { type PropagationRow, unaskedRow } from '../propagation/rows.ts';

/** Whom not to believe, as far as there is anything of the kind. */
export interface FitnessView {
  /** Why no share is shown, and what helps. Left out: the resolvers can be trusted. */
  readonly distrust?: Distrusted;
  /** Who was found unfit: they count as unable to tell. Left out: nobody was. */
  readonly quarantined?: readonly { readonly id: string; readonly why: string }[];
}

export function fitnessView({ unfit, distrust }: Judgement): FitnessView {
  const quarantined = [...unfit].map(([id, why]) => ({ id, why }));
  return {
    ...(distrust !== null && { distrust: distrustTexts[distrust] }),
    ...(quarantined.length > 0 && { quarantined }),
  };
}

/** Rows as they count, by what resolvers said when they were heard. */
export interface Believing {
  readonly judgement: Judgement;
  readonly row: (row: PropagationRow) => PropagationRow;
}

/** Absent: kept by an earlier version, which heard nobody and believed everybody. */
export function believing(fitness: Fitness | undefined): Believing {
  if (fitness === undefined)
    return { judgement: { unfit: new Map(), distrust: null }, row: row => row };
  const judgement = judge(fitness);
  const heard = new Set(fitness.hearings.map(({ resolver }) => resolver));
  return {
    judgement,
    row: row => {
      const why = judgement.unfit.get(row.id);
      if (why !== undefined) return unfitRow(row, why);
      const counts = row.verdict === null || !tells(row.verdict) || heard.has(row.id);
      return counts ? row : { ...row, verdict: null, arrival: null, cause: null, until: null };
    },
  };
}

/** What it says is neither old nor new, whatever it is: it counts as one that cannot tell. */
export function unfitRow(row: PropagationRow, why: string): PropagationRow {
  const { address, transport, nsid, samples, rcode, rttMs, ede } = row;
  const { id, name, operator, country, weight, port, flushUrl, anycast = null } = row;
  const who = { id, name, operator, country, weight, port, anycast };
  return {
    ...unaskedRow({ ...who, addresses: [address], tier: 'core', flushUrl: flushUrl ?? null }),
    ...{ transport, nsid, samples, rcode, rttMs, ede, silence: why },
    ...{ verdict: 'refused', cause: 'silent or refused', final: true },
  };
}

const named = 4;

/** `not believed: isp-a (is the same cache as google, …)`; empty where everybody is. */
export function quarantineText({ quarantined = [] }: FitnessView): string {
  if (quarantined.length === 0) return '';
  const some = quarantined.slice(0, named).map(({ id, why }) => `${id} (${why})`);
  const more = quarantined.length - some.length;
  return `not believed: ${some.join(', ')}${more === 0 ? '' : ` and ${String(more)} more`}`;
}

/** Why there is no share, and what to do; empty where there can be one. */
export const distrustText = ({ distrust }: FitnessView): string =>
  distrust === undefined
    ? ''
    : `no share can be shown. ${distrust.why}. To mend it: ${distrust.remedy}`;
