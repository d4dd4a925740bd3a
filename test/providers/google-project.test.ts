import { afterEach, expect, it, vi } from 'vitest';
import { projectOf, textOf } from '../../providers/google/project.ts';
import { withoutLookupWarning } from '../../providers/google/quiet.ts';
import { faultOf, never } from './backend.ts';
import { apex, stage } from './google-backend.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});

it('tells of a wrong project which it is and who named it, and asks for it first', async () => {
  const { another, close } = await stage();
  undo.push(close);
  const provider = await another({ project: 'somebody-elses' });
  const fault = await faultOf(provider.zone(apex, never()));
  expect(fault.message).toContain('(project somebody-elses, from the setting `project:`)');
  expect(fault.fix).toMatch(/^Is `project:` right\? If so: /);
});

it('knows who named a project', async () => {
  const find = async () => 'mail-dns-4711';
  const told = async (settings: { project?: string }, env: Record<string, string>) =>
    textOf(await projectOf(settings, find, env));
  expect(await told({ project: 'mine' }, {})).toBe('project mine, from the setting `project:`');
  expect(await told({}, { GOOGLE_CLOUD_PROJECT: 'mail-dns-4711' })).toBe(
    'project mail-dns-4711, from the variable GOOGLE_CLOUD_PROJECT',
  );
  expect(await told({}, {})).toMatch(/^project mail-dns-4711, from the credentials/);
});

it('tells that a page came, by its title', async () => {
  const { double, provider, close } = await stage();
  undo.push(close);
  double.mischief.always('proxy');
  const fault = await faultOf(provider.zone(apex, never()));
  expect(fault.message).toMatch(/a web page \(HTML\).*: a proxy or portal stands in the way/);
});

it('keeps one warning of the library quiet while it searches, and no other, and nothing after', async () => {
  const given: unknown[] = [];
  const note = (...words: readonly unknown[]): void => {
    given.push(words[1]);
  };
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation(note);
  try {
    const late = Promise.withResolvers<undefined>();
    const outer = withoutLookupWarning(async () => {
      process.emitWarning('x', 'MetadataLookupWarning');
      process.emitWarning('x', 'DeprecationWarning');
      await late.promise;
    });
    const inner = withoutLookupWarning(async () => {
      process.emitWarning('x', 'MetadataLookupWarning');
      throw new Error('none');
    });
    await expect(inner).rejects.toThrow('none');
    late.resolve(undefined);
    await outer;
    process.emitWarning('x', 'MetadataLookupWarning');
    expect(given).toEqual(['DeprecationWarning', 'MetadataLookupWarning']);
  } finally {
    spy.mockRestore();
  }
});
