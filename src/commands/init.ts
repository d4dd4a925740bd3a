import { writeFile } from 'node:fs/promises';
import { parseDuration } from '../config/duration.ts';
import { initText } from '../config/init.ts';
import { Fault } from '../errors.ts';
import { type Context } from './context.ts';
import { presetAnswer } from './init-preset.ts';
import { answer, answerIfAny, providerEntry } from './init-provider.ts';
import { textOption, textsOption } from './parse.ts';
import { type Input, type Run } from './spec.ts';

async function history(context: Context, input: Input): Promise<{ longestTtl?: number }> {
  const question =
    'The longest TTL the MX had in the last days, such as 1d (nothing if nobody knows)?';
  const text = await answerIfAny(context, textOption(input, 'history'), question);
  if (text === '') return {};
  const longestTtl = parseDuration(text);
  if (longestTtl === null)
    throw new Fault('USAGE', `${text} is not a TTL`, {
      where: '--history',
      fix: 'write seconds, or 1h, or 1d',
    });
  return { longestTtl };
}

/** The new mail hosts, as they were said, or one that is asked for. */
async function hosts(context: Context, input: Input): Promise<readonly string[]> {
  const given = textsOption(input, 'to');
  if (given.length > 0) return given;
  const question = 'What is the new MX, such as "0 mx.new.example"?';
  return [await answer(context, null, { flag: '--to MX', question })];
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (exists)
      throw new Fault('USAGE', 'the file exists and was left as it is', {
        where: path,
        fix: 'name another one with --config, or move it away',
      });
    throw new Fault('USAGE', error instanceof Error ? error.message : String(error), {
      where: path,
      fix: 'name a file in a directory that this user may write to, with --config',
      cause: error,
    });
  }
}

export const run: Run = async (context, input) => {
  const { terminal, places, json } = context;
  const domain = await answer(context, input.args[0], {
    flag: 'DOMAIN',
    question: 'Which domain is moved?',
  });
  const entry = await providerEntry(context, input);
  const to = (await presetAnswer(context, input)) ?? (await hosts(context, input));
  const text = initText({
    domain,
    ...entry,
    to,
    ...(await history(context, input)),
  });
  await writeNew(places.config, text);
  if (json) terminal.out(JSON.stringify({ file: places.config }));
  else
    terminal.out(
      `wrote ${places.config}\nNext: dns-cutover check ${domain}, then dns-cutover plan ${domain}`,
    );
  return 0;
};
