import { type CutoverSnapshot, type ListSnapshot } from '../../view/stream/stream.ts';
import { type PageViewer } from '../model/props.ts';

/** What a page was made from. It lies in the page, so that a browser can make the same of it. */
export type PageData =
  | { readonly page: 'list'; readonly snapshot: ListSnapshot; readonly viewer: PageViewer }
  | {
      readonly page: 'cutover';
      readonly snapshot: CutoverSnapshot;
      readonly viewer: PageViewer;
      readonly wall: boolean;
    }
  | { readonly page: 'login'; readonly title: string }
  | {
      readonly page: 'problem';
      readonly status: number;
      readonly title: string;
      readonly detail: string;
    };

/** Of the element that the page lives in, and of the block of data. */
export const rootId = 'page';
export const dataId = 'data';

/**
 * JSON for a data block: nothing in it can end the element, nor begin a comment in it (html.spec.whatwg.org,
 * restrictions for contents of script elements). Strings of strangers are in it.
 */
export const embedded = (data: PageData): string =>
  JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

export const readEmbedded = (text: string): PageData => JSON.parse(text) as PageData;
