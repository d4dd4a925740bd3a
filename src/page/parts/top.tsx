import { type JSX } from 'preact';
import { clockText, countdownText, zoneText, type Here } from '../model/moments.ts';
import { type LiveState, type PageHandlers, type PageViewer, type Theme } from '../model/props.ts';
import { plainText } from '../model/text.ts';

interface BadgeProps {
  readonly live: LiveState;
  /** When what is shown was said, by the server's clock. */
  readonly at: string;
  readonly here: Here;
}

function badgeText({ live, at, here }: BadgeProps): string {
  switch (live.is) {
    case 'live':
      return 'Live';
    case 'still':
      return `As of ${clockText(at, here, true)} ${zoneText(here)}`;
    case 'connecting':
      return 'Connecting';
    case 'stale':
      return `Not live since ${clockText(new Date(live.since).toISOString(), here, true)}`;
  }
}

/** Whether the page follows the server; a shape, a word and a colour. */
export const Badge = (props: BadgeProps): JSX.Element => (
  <p class={`badge badge-${props.live.is}`}>
    <span class="badge-dot" aria-hidden="true" />
    {badgeText(props)}
  </p>
);

/** Across the whole page, since nobody may take what is below for the truth. */
export const StaleBanner = ({ live, here }: Omit<BadgeProps, 'at'>): JSX.Element | null =>
  live.is !== 'stale' ? null : (
    <section class="banner banner-stale" aria-label="Connection">
      <p>
        {/* Only this is read out: what counts on beside it would be read every second. */}
        <strong role="alert">{badgeText({ live, at: '', here })}.</strong> The values below are{' '}
        {countdownText(here.now - live.since)} old. The page asks for the server again and again;
        the cutover goes on by itself wherever its controller runs.
      </p>
    </section>
  );

const themes: Readonly<Record<Theme, { readonly next: Theme; readonly label: string }>> = {
  auto: { next: 'light', label: 'Colours: auto' },
  light: { next: 'dark', label: 'Colours: light' },
  dark: { next: 'auto', label: 'Colours: dark' },
};

interface TopProps extends BadgeProps {
  readonly viewer: PageViewer;
  readonly theme: Theme;
  readonly on: PageHandlers;
}

/** Who looks, at what, and whether it is live. */
export function Top({ viewer, theme, on, ...badge }: TopProps): JSX.Element {
  const { next, label } = themes[theme];
  const { theme: setTheme } = on;
  return (
    <header class="top">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <p class="top-title">
        {viewer.shared ? (
          plainText(viewer.title, 80)
        ) : (
          <a href="/">{plainText(viewer.title, 80)}</a>
        )}
      </p>
      <Badge {...badge} />
      {/* Those on a call sit in several zones. A page that stands still says its own in the badge. */}
      {badge.live.is !== 'still' && <p class="quiet">times in {zoneText(badge.here)}</p>}
      <div class="top-tools">
        <p>
          {plainText(viewer.name, 60)}{' '}
          <span class="quiet">({viewer.shared ? 'shared link' : viewer.role})</span>
        </p>
        {on.share !== undefined && (
          <button type="button" class="button button-small" onClick={on.share}>
            Share…
          </button>
        )}
        {setTheme !== undefined && (
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              setTheme(next);
            }}
          >
            {label}
          </button>
        )}
        {on.logout !== undefined && (
          <button type="button" class="button button-small" onClick={on.logout}>
            Log out
          </button>
        )}
      </div>
    </header>
  );
}
