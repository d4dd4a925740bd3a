import { hydrate, render } from 'preact';
import { App, unwoken } from '../app.tsx';
import { ask } from '../live/ask.ts';
import { keptTheme, showTheme } from '../live/theme.ts';
import { type PageData } from '../shell/data.ts';

type Door = Extract<PageData, { readonly page: 'login' }>;

/** Only to a page of this server, and only to one that there is: `?next=` may come from anybody. */
export function nextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '';
  return /^\/(?:cutovers\/[\w.%-]+)?(?:\?wall=1)?$/.test(next) ? next : '/';
}

/** Exchanges a token or the secret of a link for a session; null: it worked. */
async function enter(secret: string): Promise<string | null> {
  const answer = await ask({ method: 'POST', path: '/api/v1/session', body: { secret } });
  if (answer.is === 'done') return null;
  return [answer.detail, answer.fix].filter(text => text !== null && text !== '').join(' ');
}

/** Who has a session already is let in: a browser keeps its cookie back when it comes from another site. */
async function knownAlready(): Promise<boolean> {
  const answer = await ask({ method: 'GET', path: '/api/v1/session' });
  return answer.is === 'done';
}

/** The page that takes a token, from its form or from behind the `#` of a link. */
export function openDoor(door: Door, root: HTMLElement): void {
  const living = unwoken(door);
  showTheme(keptTheme());
  hydrate(<App data={door} living={living} />, root);
  const go = (): void => {
    location.replace(nextPath(location.search));
  };
  const tryWith = async (secret: string): Promise<void> => {
    const refusal = await enter(secret);
    if (refusal === null) go();
    else render(<App data={door} living={{ ...living, refusal }} />, root);
  };
  root.addEventListener('submit', event => {
    event.preventDefault();
    const field = document.getElementById('token');
    if (field instanceof HTMLInputElement) void tryWith(field.value.trim());
  });
  const takeSecret = (): boolean => {
    const secret = location.hash.slice(1);
    if (secret === '') return false;
    // It must not stay in the address, which is shared, printed and looked at over shoulders.
    history.replaceState(null, '', location.pathname + location.search);
    void tryWith(secret);
    return true;
  };
  // A link that is pasted where the door stands open already loads no page anew.
  addEventListener('hashchange', takeSecret);
  if (takeSecret()) return;
  void knownAlready().then(known => {
    if (known) go();
  });
}
