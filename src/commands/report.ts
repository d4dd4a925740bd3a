import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../errors.ts';
import { reportMarkdown, reportOf } from '../view/report/report.ts';
import { findCutover } from './find.ts';
import { nameArgument, textOption } from './parse.ts';
import { type Run } from './spec.ts';

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('USAGE', `the report could not be written: ${why}`, {
      where: path,
      fix: 'name a file that does not exist yet',
      cause: error,
    });
  }
}

export const run: Run = async (context, input) => {
  const { terminal, json } = context;
  const format = textOption(input, 'format') ?? (json ? 'json' : 'md');
  if (format !== 'md' && format !== 'json')
    throw new Fault('USAGE', `there is no report in ${format}`, {
      where: '--format',
      fix: 'md or json',
    });
  const { app, cutover } = await findCutover(context, nameArgument(input));
  const entries = await app.journal(cutover.id);
  const { store, clock } = app.environment;
  const watch = { record: await store.watchRecord(cutover.id), now: clock.now() };
  const report = reportOf({ cutover, entries, epoch: store.epoch, watch });
  const text =
    format === 'json' ? JSON.stringify(report, null, 2) : reportMarkdown(report, terminal.look());
  const out = textOption(input, 'out');
  if (out === null) terminal.out(text);
  else await writeNew(resolve(out), `${text}\n`);
  return 0;
};
