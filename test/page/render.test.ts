import { describe, expect, it } from 'vitest';
import { makePages } from '../../src/page/render.tsx';
import { dataId, readEmbedded } from '../../src/page/shell/data.ts';
import { type ListSnapshot } from '../../src/view/stream/stream.ts';

const pages = makePages({ script: 'client-1.js', styles: ['page-2.css'], file: () => null });
const viewer = { name: 'anna', role: 'viewer', shared: false, title: 'ops' };
const at = '2026-12-05T06:00:00.000Z';
const nobody: ListSnapshot = { at, epoch: 'e1', cutovers: [] };

/** What lies in the block of data. */
const dataOf = (html: string): unknown => {
  const found = new RegExp(`id="${dataId}">(.*?)</script>`).exec(html);
  return readEmbedded(found?.[1] ?? 'null');
};

describe('a page', () => {
  it('is one document with its data in it, and asks again by itself only where scripts are off', () => {
    const html = pages.list({ snapshot: nobody, viewer });
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<script type="module" src="/assets/client-1.js"></script>');
    expect(html).toContain('<link rel="stylesheet" href="/assets/page-2.css">');
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="15"></noscript>');
    expect(dataOf(html)).toEqual({ page: 'list', snapshot: nobody, viewer });
  });

  it('has no script, style or handler in it that a strict policy would refuse', () => {
    const all = [
      pages.list({ snapshot: nobody, viewer }),
      pages.login({ title: 'ops' }),
      pages.problem({ status: 404, title: 'Not found', detail: 'There is no such page.' }),
    ];
    for (const html of all) {
      expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/i);
      expect(html.match(/<script/g)).toHaveLength(2);
    }
  });

  it('keeps the words of strangers words, in text, in attributes and in its data', () => {
    const nasty = `"><script>alert(1)</script><!--\u2028</title>`;
    const html = pages.list({ snapshot: nobody, viewer: { ...viewer, name: nasty, title: nasty } });
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).not.toContain('<!--');
    expect(html.match(/<\/title>/g)).toHaveLength(1);
    expect(dataOf(html)).toMatchObject({ viewer: { name: nasty } });
  });

  it('does not ask again while somebody types a token, nor where there is nothing to see', () => {
    expect(pages.login({ title: 'ops' })).not.toContain('http-equiv');
    expect(pages.problem({ status: 500, title: 'x', detail: 'y' })).not.toContain('http-equiv');
  });
});
