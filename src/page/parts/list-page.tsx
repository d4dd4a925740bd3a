import { type JSX } from 'preact';
import { type Brief } from '../../view/stream/stream.ts';
import { clockText, timesHere, type Here } from '../model/moments.ts';
import { type ListPageProps } from '../model/props.ts';
import { wholePercent } from '../model/percent.ts';
import { standingOf, whoWords } from '../model/standing.ts';
import { phraseText } from '../model/text.ts';
import { Domain } from './domain.tsx';
import { Foot } from './foot.tsx';
import { Mark } from './mark.tsx';
import { StaleBanner, Top } from './top.tsx';

const percentOf = ({ share }: Brief): number | null =>
  share === null ? null : wholePercent(share);

const Row = ({ one, here }: { readonly one: Brief; readonly here: Here }): JSX.Element => {
  const standing = standingOf(one);
  const percent = percentOf(one);
  return (
    <li class={`card card-${standing.tone}`}>
      <h2 class="card-domain">
        <a href={`/cutovers/${encodeURIComponent(one.id)}`}>
          <Domain {...one} />
        </a>
      </h2>
      <p class={`card-word tone-${standing.tone}`}>
        <Mark {...standing} />
        {standing.word}
      </p>
      <p class={percent === null ? 'card-share card-share-none' : 'card-share'}>
        {percent === null ? (
          <span class="quiet">–</span>
        ) : (
          <>
            <strong class="number">{percent} %</strong>
            <progress
              class="far-bar"
              max={100}
              value={percent}
              aria-label={`${percent} % are new`}
            />
          </>
        )}
      </p>
      <p class="card-next">
        {one.outcome === null && <strong>{whoWords[one.next.who]}. </strong>}
        <span class="quiet">{phraseText(timesHere(one.next.what, here), 300)}</span>
      </p>
      <p class="quiet">
        {one.endedAt === null
          ? `since ${clockText(one.startedAt, here)}`
          : `ended ${clockText(one.endedAt, here)}`}
      </p>
    </li>
  );
};

/** Nothing is there yet: what to do next. */
const Empty = (): JSX.Element => (
  <div class="panel">
    <p>
      No cutover was started yet. Each has its row here as soon as it is started, whoever starts it
      from wherever:
    </p>
    <ol class="ways">
      <li>
        Look at what would change: <code class="command">dns-cutover plan DOMAIN</code>
      </li>
      <li>
        Start exactly that: <code class="command">dns-cutover start DOMAIN --plan-hash HASH</code>
      </li>
    </ol>
    <p class="quiet">
      The page shows it at once. With --server the same commands ask this server; with the API it is
      POST /api/v1/plans and POST /api/v1/cutovers.
    </p>
  </div>
);

/** All cutovers, worst first. */
export function ListPage({
  snapshot,
  viewer,
  live,
  now,
  zone,
  theme,
  on,
}: ListPageProps): JSX.Element {
  const here = { now, zone };
  return (
    <div class={`page${live.is === 'stale' ? ' page-stale' : ''}`}>
      <Top viewer={viewer} live={live} at={snapshot.at} here={here} theme={theme} on={on} />
      <StaleBanner live={live} here={here} />
      <main id="main">
        <h1 class="domain">Cutovers</h1>
        {snapshot.cutovers.length === 0 ? (
          <Empty />
        ) : (
          <ol class="cards">
            {snapshot.cutovers.map(one => (
              <Row key={one.id} one={one} here={here} />
            ))}
          </ol>
        )}
      </main>
      <Foot live={live} at={snapshot.at} here={here} />
    </div>
  );
}
