import { type LiveState } from '../model/props.ts';
import { type PageData } from '../shell/data.ts';
import { cutoverHeadline, listHeadline, staleHeadline, type Headline } from '../shell/headline.ts';
import { iconName } from '../shell/icon.ts';

/** What the tab says; null where nothing changes. */
function headlineOf(data: PageData): Headline | null {
  if (data.page === 'list') return listHeadline(data.snapshot.cutovers, data.viewer.title);
  return data.page === 'cutover' ? cutoverHeadline(data.snapshot.status) : null;
}

/** Title and icon of the tab follow what the page shows. */
export function showInTab(data: PageData, live: LiveState['is']): void {
  const headline = headlineOf(data);
  if (headline === null) return;
  const { title, mood } = live === 'stale' ? staleHeadline(headline) : headline;
  if (document.title !== title) document.title = title;
  const icon = document.getElementById('icon');
  const href = `/assets/${iconName(mood)}`;
  if (icon !== null && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
}
