import { LOW, stepPosition, type Track } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { type Inquire, type Inquired } from '../../dns/inquiry.ts';
import { type Mx, parseMx } from '../../dns/mx.ts';
import { keyText, type RecordType } from '../../dns/rrset.ts';
import { type Name } from '../../dns/name.ts';
import { isSpf } from '../../mail/spf.ts';
import { type SpfAnswer, type SpfQuestion, type SpfWalk, walkSpf } from '../../mail/spf-walk.ts';
import { txtText } from '../../mail/txt.ts';

/** The SPF of the domain at one point of the cutover. */
export interface SpfMoment {
  /** `today`, `before the swap`, `after the swap`. */
  readonly when: string;
  /** Texts of all records that SPF looks at. */
  readonly records: readonly string[];
  /** Null: there is no record, or more than one. */
  readonly walk: SpfWalk | null;
}

/** The SPF of the domain, from today to the end. */
export interface SpfFacts {
  readonly today: SpfMoment;
  readonly prepared: SpfMoment;
  readonly swapped: SpfMoment;
  /** Why what stands there today is not known; null when it is. */
  readonly unanswered: string | null;
  readonly observed: string;
}

/** Rounds of questions: each goes one include deeper, and 10 of those are too many. */
const ROUNDS = 12;
/** Questions of one round; whoever has more is far beyond the limits of SPF. */
const QUESTIONS = 40;

interface Ground {
  readonly plan: Plan;
  readonly inquire: Inquire;
}

const trackOf = ({ tracks }: Plan, name: Name, type: RecordType): Track | undefined =>
  tracks.find(({ key }) => key === keyText({ name, type }));

/** What the plan has there at a position, for what it writes; undefined for everything else. */
function plannedAnswer(plan: Plan, question: SpfQuestion, position: number | null) {
  const track = trackOf(plan, question.name, question.type);
  if (track === undefined || position === null) return undefined;
  const value = track.positions[position] ?? null;
  return value === null
    ? ({ is: 'absent' } as const)
    : ({ is: 'found', rdata: value.rdata } as const);
}

function answered(said: Inquired): SpfAnswer {
  if (said.is === 'found') return { is: 'found', rdata: said.rdata };
  return said.is === 'absent' ? { is: 'absent' } : { is: 'unanswered', why: said.why };
}

/** Follows a record, and asks for what it needs on the way. */
async function followed(
  { plan, inquire }: Ground,
  text: string,
  position: number | null,
): Promise<SpfWalk> {
  const answers = new Map<string, SpfAnswer>();
  const known = (question: SpfQuestion): SpfAnswer | undefined =>
    plannedAnswer(plan, question, position) ?? answers.get(keyText(question));
  let walk = walkSpf(plan.domain, text, known);
  for (let round = 0; round < ROUNDS && walk.wants.length > 0; round++) {
    await Promise.all(
      walk.wants.slice(0, QUESTIONS).map(async question => {
        const said = await inquire(question.name, question.type);
        answers.set(keyText(question), answered(said));
      }),
    );
    walk = walkSpf(plan.domain, text, known);
  }
  return walk;
}

async function momentAt(
  ground: Ground,
  { when, rdata, position }: { when: string; rdata: readonly string[]; position: number | null },
): Promise<SpfMoment> {
  const records = rdata.map(txtText).filter(isSpf);
  const [only, ...more] = records;
  const walk =
    only === undefined || more.length > 0 ? null : await followed(ground, only, position);
  return { when, records, walk };
}

/** What SPF says of the domain today, once the prepare records are there, and after the last swap. */
export async function spfFacts(ground: Ground): Promise<SpfFacts> {
  const { plan, inquire } = ground;
  const said = await inquire(plan.domain, 'TXT');
  const track = trackOf(plan, plan.domain, 'TXT');
  const now = said.is === 'found' ? said.rdata : [];
  const at = (position: number): readonly string[] =>
    track === undefined ? now : (track.positions[position]?.rdata ?? []);
  const last = stepPosition(plan.steps.length - 1);
  const [today, prepared, swapped] = await Promise.all([
    momentAt(ground, { when: 'today', rdata: now, position: null }),
    momentAt(ground, { when: 'before the swap', rdata: at(LOW), position: LOW }),
    momentAt(ground, { when: 'after the swap', rdata: at(last), position: last }),
  ]);
  return {
    ...{ today, prepared, swapped },
    unanswered: said.is === 'unanswered' ? said.why : null,
    observed:
      said.is === 'unanswered'
        ? said.why
        : `${keyText({ name: plan.domain, type: 'TXT' })} from ${said.server}: ${said.is === 'absent' ? said.rcode : `${today.records.length} SPF of ${now.length}`}`,
  };
}

/** The MX of the domain at a position; empty where the plan does not move it. */
export const mxAt = (plan: Plan, position: number): readonly Mx[] =>
  (trackOf(plan, plan.domain, 'MX')?.positions[position]?.rdata ?? []).map(parseMx);

/** The MX of the domain after the last step. */
export const mxAfter = (plan: Plan): readonly Mx[] =>
  mxAt(plan, stepPosition(plan.steps.length - 1));
