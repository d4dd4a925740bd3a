import { renderToString } from 'preact-render-to-string';
import { type CutoverSnapshot, type ListSnapshot } from '../view/stream/stream.ts';
import { App, unwoken } from './app.tsx';
import { type Asset, type Assets } from './assets.ts';
import { type PageViewer } from './model/props.ts';
import { type PageData } from './shell/data.ts';
import { documentText } from './shell/document.ts';
import { cutoverHeadline, listHeadline, type Headline } from './shell/headline.ts';

interface PageMaker {
  readonly list: (of: { readonly snapshot: ListSnapshot; readonly viewer: PageViewer }) => string;
  readonly cutover: (of: {
    readonly snapshot: CutoverSnapshot;
    readonly viewer: PageViewer;
    readonly wall: boolean;
  }) => string;
  readonly login: (of: { readonly title: string }) => string;
  readonly problem: (of: {
    readonly status: number;
    readonly title: string;
    readonly detail: string;
  }) => string;
  readonly asset: (name: string) => Asset | null;
}

function headlineOf(data: PageData): Headline {
  switch (data.page) {
    case 'list':
      return listHeadline(data.snapshot.cutovers, data.viewer.title);
    case 'cutover':
      return cutoverHeadline(data.snapshot.status);
    case 'login':
      return { title: `Log in · ${data.title}`, mood: 'going' };
    case 'problem':
      return { title: data.title, mood: 'person' };
  }
}

/** Pages as HTML that says everything without scripts, and that a browser goes on with. */
export function makePages({ script, styles, file }: Assets): PageMaker {
  const page = (data: PageData): string =>
    documentText(
      { ...headlineOf(data), refreshes: 'snapshot' in data, script, styles },
      { data, body: renderToString(<App data={data} living={unwoken(data)} />) },
    );
  return {
    list: of => page({ page: 'list', ...of }),
    cutover: of => page({ page: 'cutover', ...of }),
    login: of => page({ page: 'login', ...of }),
    problem: of => page({ page: 'problem', ...of }),
    asset: file,
  };
}
