import { expect, it } from 'vitest';
import { resolversOfText } from '../../src/config/resolver-file.ts';

const row = '{"id": "a", "addresses": ["192.0.2.1"]},';
const junk: Readonly<Record<string, string>> = {
  'a megabyte of words': 'junk '.repeat(200_000),
  'a megabyte of brackets': '['.repeat(1_000_000),
  'a megabyte of quotes': '"'.repeat(1_000_000),
  // Its beginning is right, so that all of it has to be read.
  'many rows and no end': `[${row.repeat(2000)}`,
};

it.each(Object.entries(junk))('%s is refused as a list, in few words', async (_, text) => {
  const said = await resolversOfText({ file: 'list.json', text }, { optedOut: () => null }).then(
    () => 'nothing',
    (error: unknown) => (error as Error).message,
  );
  expect(said).toMatch(/^list\.json has one mistake:\nlist\.json:1:\d+: found /);
  expect(said.length).toBeLessThan(300);
});
