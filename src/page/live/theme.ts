import { type Theme } from '../model/props.ts';

const key = 'dns-cutover-theme';

const isTheme = (text: string | null): text is Theme =>
  text === 'auto' || text === 'light' || text === 'dark';

/** What was chosen here before. A browser that keeps nothing follows the system. */
export function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(key);
    return isTheme(kept) ? kept : 'auto';
  } catch {
    return 'auto';
  }
}

/** The style sheet reads it at the root: `data-theme`, absent for `auto`. */
export function showTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'auto') delete dataset['theme'];
  else dataset['theme'] = theme;
}

export function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // It holds for this page then.
  }
}
