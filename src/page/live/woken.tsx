import { hydrate, render } from 'preact';
import { unwoken } from '../app.tsx';
import { answerText } from '../model/answer.ts';
import { type LiveState, type PageHandlers } from '../model/props.ts';
import { announcer } from './announcer.ts';
import { ask } from './ask.ts';
import { type Feed } from './feed.ts';
import { feedOf, followed } from './following.ts';
import { serverClock, type ServerClock } from './server-clock.ts';
import { showInTab } from './tab.ts';
import { keepTheme, keptTheme, showTheme } from './theme.ts';
import { mayAct, Whole, type Setup, type Shown } from './whole.tsx';

const steady = (): number => performance.now();
const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const nothing = (): void => undefined;

async function logOut(): Promise<void> {
  await ask({ method: 'DELETE', path: '/api/v1/session' });
  location.assign('/login');
}

/** What the buttons of the header do. */
const handlersOf = (shown: Shown, change: (change: Partial<Setup>) => void): PageHandlers => ({
  theme: theme => {
    keepTheme(theme);
    showTheme(theme);
    change({ theme });
  },
  ...(shown.page === 'cutover' &&
    mayAct(shown) && {
      share: () => {
        change({ sharing: true });
      },
    }),
  ...(!shown.viewer.shared && { logout: () => void logOut() }),
});

function liveOf(feed: Feed, clock: ServerClock): LiveState {
  const is = feed.state();
  return is === 'stale' ? { is, since: clock.now() - feed.silence() } : { is };
}

const spokenOf = ({ shown }: Setup, now: number): string =>
  shown.page === 'cutover' ? answerText(shown.snapshot.status, { now, zone: zone() }) : '';

/** First the very same as the server made, so that nothing of it is thrown away. */
function hydrated(setup: Setup, root: HTMLElement): void {
  const living = unwoken(setup.shown);
  hydrate(<Whole setup={setup} living={living} spoken={null} change={nothing} />, root);
}

/** Makes a page of the server live: one stream, one clock, drawn once for each frame of the screen. */
export function wake(first: Shown, root: HTMLElement): void {
  const clock = serverClock(first.snapshot.at, steady);
  let setup: Setup = { shown: first, theme: keptTheme(), sharing: false, mapped: false };
  const announce = announcer(spokenOf(setup, clock.now()));
  let due = false;

  const draw = (): void => {
    due = false;
    const live = liveOf(feed, clock);
    const { shown, theme } = setup;
    const on = handlersOf(shown, change);
    const living = { live, now: clock.now(), zone: zone(), theme, on };
    const spoken = announce.said(spokenOf(setup, clock.now()), steady());
    render(<Whole setup={setup} living={living} spoken={spoken} change={change} />, root);
    document.documentElement.dataset['live'] = live.is;
    showInTab(shown, live.is);
  };
  const drawSoon = (): void => {
    if (!due) requestAnimationFrame(draw);
    due = true;
  };
  const change = (part: Partial<Setup>): void => {
    setup = { ...setup, ...part };
    drawSoon();
  };

  showTheme(setup.theme);
  hydrated(setup, root);
  const hear = (message: Parameters<typeof followed>[1]): void => {
    change({ shown: followed(setup.shown, message) });
  };
  const feed = feedOf(first, { clock, hear });
  const beat = (): void => {
    feed.tick();
    drawSoon();
  };
  setInterval(beat, 1000);
  document.addEventListener('visibilitychange', beat);
  window.addEventListener('pagehide', feed.close);
  window.addEventListener('pageshow', beat);
  drawSoon();
}
