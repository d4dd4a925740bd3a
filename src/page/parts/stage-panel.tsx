import { type JSX } from 'preact';
import { count, sentence } from '../../view/words.ts';
import { type CutoverSnapshot } from '../../view/stream/stream.ts';
import { type Status } from '../../view/status/status.ts';
import { chartOf } from '../model/chart.ts';
import { clockText, countdownText, isOver, type Here } from '../model/moments.ts';
import { looks, type Look } from '../model/shape.ts';
import { checkLooks } from '../model/mail.ts';
import { plainText } from '../model/text.ts';
import { Mark } from './mark.tsx';
import { ShareChart } from './share-chart.tsx';

type Drain = NonNullable<Status['drain']>;

/** The proof that no honest cache can hold the old TTL, and what is left of it. */
function DrainPanel({ drain, here }: { readonly drain: Drain; readonly here: Here }): JSX.Element {
  const [from, until] = [Date.parse(drain.since), Date.parse(drain.until)];
  const left = drain.proven ? 0 : Math.max(0, until - here.now);
  const gone = Math.min(100, Math.floor(((until - from - left) / Math.max(1, until - from)) * 100));
  return (
    <>
      <p class="big-count">
        {drain.proven ? 'Proven' : countdownText(left)}
        <span class="quiet">
          {' '}
          {drain.proven ? '' : `left, until ${clockText(drain.until, here)}`}
        </span>
      </p>
      <progress
        class="far-bar"
        max={100}
        value={gone}
        aria-label={`${gone} % of the drain are over`}
      />
      <ul>
        {drain.terms.map(({ why, until: end, leftSeconds }) => (
          <li key={why} class="line">
            <Mark {...lookOf(leftSeconds === 0)} />
            <span class="line-what">{plainText(why)}</span>
            <span class="line-is number">
              {leftSeconds === 0 ? 'over' : `until ${clockText(end, here)}`}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

const lookOf = (over: boolean): Look => (over ? looks.well : { shape: 'going', tone: 'new' });

type Found = NonNullable<Status['gate']>['findings'][number];

/** What somebody has to read, the gravest first; what passed is only counted. */
const gravity: Readonly<Partial<Record<Found['status'], number>>> = {
  fail: 0,
  'could-not-test': 1,
  warn: 2,
};

/** What did not pass, with what follows and how to mend it. */
const Blocker = ({ found }: { readonly found: Found }): JSX.Element => (
  <li class="finding">
    <p>
      <Mark {...checkLooks[found.status]} />
      <strong>{plainText(found.summary)}</strong>{' '}
      <span class="quiet">
        {found.status}, {found.severity}: {found.id} {plainText(found.subject, 120)}
      </span>
    </p>
    <dl class="finding-facts">
      <dt>Seen</dt>
      <dd>{plainText(found.observed)}</dd>
      <dt>Expected</dt>
      <dd>{plainText(found.expected)}</dd>
      {found.consequence !== undefined && (
        <>
          <dt>Else</dt>
          <dd>{plainText(found.consequence)}</dd>
        </>
      )}
      {found.remedy !== undefined && (
        <>
          <dt>Mend it</dt>
          <dd>{plainText(found.remedy)}</dd>
        </>
      )}
    </dl>
  </li>
);

function GatePanel({
  gate,
  approval,
  here,
}: {
  readonly gate: NonNullable<Status['gate']>;
  readonly approval: Status['approval'];
  readonly here: Here;
}): JSX.Element {
  const odd = gate.findings
    .filter(({ status }) => status in gravity)
    .toSorted((one, other) => (gravity[one.status] ?? 0) - (gravity[other.status] ?? 0));
  const ticked = approval.attestations.flatMap(one => (one.ticked ? [one.sentence] : []));
  const passed = gate.findings.filter(({ status }) => status === 'pass').length;
  return (
    <>
      {gate.findings.length === 0 && <p>The checks have not ended yet.</p>}
      <ul>
        {gate.bars.map(({ by, what, until }) => (
          <li key={`${by} ${what}`} class="line line-wide">
            <Mark shape="stop" tone="bad" />
            <span class="line-what">{by}</span>
            <span class="line-detail">
              {plainText(what)}
              {until !== null && `, until ${clockText(until, here)}`}
            </span>
          </li>
        ))}
        {ticked.map(text => (
          <li key={text} class="line line-wide">
            <Mark {...lookOf(true)} />
            <span class="line-what">attested</span>
            <span class="line-detail">{plainText(text)}</span>
          </li>
        ))}
      </ul>
      <ul>
        {odd.map(found => (
          <Blocker key={`${found.id} ${found.subject}`} found={found} />
        ))}
      </ul>
      <p class="quiet">{count(passed, 'check')} passed.</p>
    </>
  );
}

const settlingWords: Readonly<Record<string, string>> = {
  'restore-ttl': 'the TTL is restored',
  afterwards: 'the records for afterwards',
  'old-host': 'the old host is retired',
};

const SettlingPanel = ({
  settling,
  here,
}: {
  readonly settling: Status['settling'];
  readonly here: Here;
}): JSX.Element => (
  <ul>
    {settling.map(({ act, state, due }) => (
      <li key={act} class="line">
        <Mark {...lookOf(state !== 'waiting')} />
        <span class="line-what">{settlingWords[act] ?? act}</span>
        <span class="line-is">
          {state}
          {state === 'waiting' &&
            due !== null &&
            `${isOver(due, here) ? ' since' : ','} ${clockText(due, here)}`}
        </span>
      </li>
    ))}
  </ul>
);

/** The last sweep and what comes after it. */
const isLate = (stage: Status['stage'], outcome: Status['outcome']): boolean =>
  stage === 'sweep' || stage === 'settle' || outcome === 'done';

/** Nobody goes on with what the stage was for. */
const isLeft = ({ ending, outcome }: Status): boolean => ending !== null || outcome === 'abandoned';

function titleOf(status: Status, hasChart: boolean): string {
  const { gate, stage, outcome, rollback } = status;
  if (isLeft(status) && !hasChart) return 'Abandoned';
  if (gate !== null) return 'Gate';
  if (stage === 'lower' || stage === 'drain' || stage === 'snapshot') return 'Drain';
  if (hasChart) return 'Share of resolvers over time';
  if (rollback !== null) return 'Rollback';
  return isLate(stage, outcome) ? 'Settling' : 'Spreading';
}

/** What the stage is about: the way of the share where there is one, or the proof, or the gate. */
export function StagePanel({
  snapshot,
  here,
}: {
  readonly snapshot: CutoverSnapshot;
  readonly here: Here;
}): JSX.Element {
  const { status } = snapshot;
  const { drain, stage, outcome, rollback, settling } = status;
  const left = isLeft(status);
  const gate = left ? null : status.gate;
  const early = stage === 'lower' || stage === 'drain' || stage === 'snapshot';
  const late = !left && isLate(stage, outcome);
  const chart = gate === null && !early ? chartOf(snapshot, here) : null;
  const title = titleOf(status, chart !== null);
  return (
    <section class="panel" aria-labelledby="stage-title">
      <h2 id="stage-title">{title}</h2>
      {left && <p class="quiet">Nothing is waited for any more; the zone stays as it is.</p>}
      {early && !left && drain !== null && <DrainPanel drain={drain} here={here} />}
      {early && !left && drain === null && (
        <p class="quiet">The drain begins when every authoritative server shows the low TTL.</p>
      )}
      {gate !== null && <GatePanel gate={gate} approval={status.approval} here={here} />}
      {chart !== null && <ShareChart chart={chart} />}
      {title === 'Spreading' && <p class="quiet">No resolver has said anything of it yet.</p>}
      {rollback !== null && (
        <p>
          {sentence(
            `rollback to ${plainText(rollback.target)}, asked for at ${clockText(rollback.askedAt, here)}`,
          )}{' '}
          {rollback.deliveredAt === null
            ? 'The MX is not back yet.'
            : `The MX is back since ${clockText(rollback.deliveredAt, here)}.`}
        </p>
      )}
      {late && title !== 'Settling' && <h3>Settling</h3>}
      {late && <SettlingPanel settling={settling} here={here} />}
    </section>
  );
}
