import { openFeed, type Feed } from './feed.ts';
import { followCutover, followList } from './follow.ts';
import { toldAt, type Message } from './message.ts';
import { type ServerClock } from './server-clock.ts';
import { type Shown } from './whole.tsx';

const streamOf = (shown: Shown): { readonly path: string; readonly cursor: string | null } =>
  shown.page === 'list'
    ? { path: '/api/v1/events', cursor: null }
    : {
        path: `/api/v1/cutovers/${encodeURIComponent(shown.snapshot.cutover)}/events`,
        cursor: shown.snapshot.events.at(-1)?.id ?? null,
      };

export const followed = (shown: Shown, message: Message): Shown =>
  shown.page === 'list'
    ? { ...shown, snapshot: followList(shown.snapshot, message) }
    : { ...shown, snapshot: followCutover(shown.snapshot, message) };

/** The session may have ended: the server says where to go, if this page may not be seen any more. */
async function stillWelcome(): Promise<void> {
  try {
    const { type, status } = await fetch(location.href, { method: 'HEAD', redirect: 'manual' });
    if (type === 'opaqueredirect' || [401, 403, 404].includes(status)) location.reload();
  } catch {
    // It is not there; the feed goes on asking.
  }
}

/** The stream of this page, from where the page itself was made. */
export const feedOf = (
  shown: Shown,
  { clock, hear }: { readonly clock: ServerClock; readonly hear: (message: Message) => void },
): Feed =>
  openFeed(
    {
      ...streamOf(shown),
      hear: message => {
        const at = toldAt(message);
        if (at !== null) clock.hear(at);
        hear(message);
      },
      refused: () => void stillWelcome(),
    },
    {
      connect: url => new EventSource(url),
      steady: () => performance.now(),
      wall: () => Date.now(),
      hidden: () => document.hidden,
    },
  );
