import { type JSX } from 'preact';
import { type Status } from '../../view/status/status.ts';
import { type CutoverPageProps } from '../model/props.ts';
import { plainText } from '../model/text.ts';
import { AnswerBlock } from './answer.tsx';
import { Domain } from './domain.tsx';
import { Foot } from './foot.tsx';
import { Journal } from './journal.tsx';
import { Lagging } from './lagging.tsx';
import { MailPath } from './mail-path.tsx';
import { MapTab } from './map-tab.tsx';
import { Notices } from './notices.tsx';
import { StagePanel } from './stage-panel.tsx';
import { StaleBanner, Top } from './top.tsx';
import { Track } from './track.tsx';
import { Zone } from './zone.tsx';

/** Of a line at the wall. */
const longName = 40;

const isLong = ({ domain, unicode }: Status): boolean =>
  domain.length + (unicode ?? '').length > longName;

/** The live page of one cutover: what a call asks, in the order in which it asks. */
export function CutoverPage(props: CutoverPageProps): JSX.Element {
  const { snapshot, viewer, live, now, zone, theme, on, wall, actions, map, onMap } = props;
  const { status } = snapshot;
  const here = { now, zone };
  const { shared } = viewer;
  const caches = status.outcome === null ? (status.propagation?.resolvers ?? null) : null;
  const moving = caches !== null && (caches.share !== null || caches.stragglers.length > 0);
  return (
    <div class={`page${wall ? ' page-wall' : ''}${live.is === 'stale' ? ' page-stale' : ''}`}>
      <Top viewer={viewer} live={live} at={snapshot.at} here={here} theme={theme} on={on} />
      <StaleBanner live={live} here={here} />
      <main id="main">
        <h1 class={isLong(status) ? 'domain domain-long' : 'domain'}>
          <Domain {...status} /> <span class="quiet">MX cutover</span>
        </h1>
        <AnswerBlock status={status} here={here} shared={shared} />
        <Notices status={status} here={here} shared={shared} />
        <Track status={status} />
        {actions !== undefined && (
          <section class="actions" aria-label="Actions">
            {actions}
          </section>
        )}
        <div class="columns">
          <StagePanel snapshot={snapshot} here={here} />
          <MailPath status={status} />
        </div>
        {moving && (
          <Lagging
            caches={caches}
            here={here}
            awake={live.is !== 'still'}
            all={`/api/v1/cutovers/${encodeURIComponent(snapshot.cutover)}/stragglers`}
          />
        )}
        {moving && !shared && (
          <MapTab {...(map !== undefined && { map })} {...(onMap !== undefined && { onMap })} />
        )}
        <Journal events={snapshot.events} here={here} />
        <Zone status={status} here={here} shared={shared} />
      </main>
      <Foot live={live} at={snapshot.at} here={here}>
        Journal line {snapshot.seq} of {plainText(snapshot.cutover, 280)}.
      </Foot>
    </div>
  );
}
