import { type ComponentChildren, type JSX } from 'preact';
import { LoginPage } from './doors/login-page.tsx';
import { ProblemPage } from './doors/problem-page.tsx';
import { type LiveState, type PageHandlers, type Theme } from './model/props.ts';
import { CutoverPage } from './parts/cutover-page.tsx';
import { ListPage } from './parts/list-page.tsx';
import { type PageData } from './shell/data.ts';

/** What a browser adds to a page that the server made. */
export interface Living {
  readonly live: LiveState;
  readonly now: number;
  readonly zone: string;
  readonly theme: Theme;
  readonly on: PageHandlers;
  readonly actions?: ComponentChildren;
  readonly map?: ComponentChildren;
  readonly onMap?: () => void;
  /** Of the last try to log in. */
  readonly refusal?: string;
}

/** As the server makes it: nothing moves, and time is that of the snapshot. */
export const unwoken = (data: PageData): Living => ({
  live: { is: 'still' },
  now: 'snapshot' in data ? Date.parse(data.snapshot.at) : 0,
  zone: 'UTC',
  theme: 'auto',
  on: {},
});

/** A whole page, made alike on the server and in a browser. */
export function App({
  data,
  living,
}: {
  readonly data: PageData;
  readonly living: Living;
}): JSX.Element {
  const { live, now, zone, theme, on, actions, map, onMap } = living;
  const shown = { live, now, zone, theme, on };
  switch (data.page) {
    case 'list':
      return <ListPage snapshot={data.snapshot} viewer={data.viewer} {...shown} />;
    case 'cutover':
      return (
        <CutoverPage
          snapshot={data.snapshot}
          viewer={data.viewer}
          wall={data.wall}
          {...shown}
          {...(actions !== undefined && { actions })}
          {...(map !== undefined && { map })}
          {...(onMap !== undefined && { onMap })}
        />
      );
    case 'login':
      return (
        <LoginPage
          title={data.title}
          {...(living.refusal !== undefined && { refusal: living.refusal })}
        />
      );
    case 'problem':
      return <ProblemPage status={data.status} title={data.title} detail={data.detail} />;
  }
}
