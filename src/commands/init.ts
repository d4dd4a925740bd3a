import { writeFile } from 'node:fs/promises';
import { parseDuration } from '../config/duration.ts';
import { initText } from '../config/init.ts';
import { parseServer } from '../config/servers.ts';
import { isAddress } from '../dns/address.ts';
import { parseName } from '../dns/name.ts';
import { Fault, isFault } from '../errors.ts';
import { type Context } from './context.ts';
import { textOption, textsOption } from './parse.ts';
import { type Input, type Run } from './spec.ts';

/** What was said on the command line, or is asked for on a terminal. */
async function answer(
  context: Context,
  given: string | null | undefined,
  { flag, question }: { flag: string; question: string },
): Promise<string> {
  const { terminal } = context;
  const text = given ?? (terminal.interactive ? await terminal.question(`${question} `) : '');
  if (text.trim() !== '') return text.trim();
  throw new Fault('USAGE', `${question} Nothing was said`, { where: flag, fix: `add ${flag}` });
}

async function history(context: Context, input: Input): Promise<{ longestTtl?: number }> {
  const { terminal } = context;
  const question =
    'The longest TTL the MX had in the last days, such as 1d (nothing if nobody knows)?';
  const text =
    textOption(input, 'history') ??
    (terminal.interactive ? await terminal.question(`${question} `) : '');
  if (text === '') return {};
  const longestTtl = parseDuration(text);
  if (longestTtl === null)
    throw new Fault('USAGE', `${text} is not a TTL`, {
      where: '--history',
      fix: 'write seconds, or 1h, or 1d',
    });
  return { longestTtl };
}

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`, `ns1.example.net` or that with a port. */
function serverOf(text: string): { readonly server: string; readonly port: number } {
  const at = parseServer(text);
  if (at !== null) return { server: at.address, port: at.port };
  const [, name = text, port = '53'] = /^([^:]+):([1-9]\d{0,4})$/.exec(text) ?? [];
  const isOne = !isAddress(name) && !/^[\d.:[\]]+$/.test(name) && Number(port) <= 65_535;
  if (isOne && isName(name)) return { server: name, port: Number(port) };
  throw new Fault('USAGE', `${JSON.stringify(text)} is neither an address nor the name of a host`, {
    where: '--server',
    fix: 'write 192.0.2.53, 192.0.2.53:5353, [2001:db8::53]:5353 or ns1.example.net',
  });
}

function isName(text: string): boolean {
  try {
    parseName(text);
    return true;
  } catch (error) {
    if (isFault(error, 'MALFORMED')) return false;
    throw error;
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('USAGE', exists ? 'the file exists and was left as it is' : why, {
      where: path,
      fix: 'name another one with --config, or move it away',
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
  const server = await answer(context, textOption(input, 'server'), {
    flag: '--server ADDRESS',
    question: 'Which server takes the updates of its zone?',
  });
  const given = textsOption(input, 'to');
  const to =
    given.length > 0
      ? given
      : [
          await answer(context, null, {
            flag: '--to MX',
            question: 'What is the new MX, such as "0 mx.new.example"?',
          }),
        ];
  const text = initText({
    domain,
    provider: 'primary',
    ...serverOf(server),
    to,
    ...(await history(context, input)),
  });
  await writeNew(places.config, text);
  if (json) terminal.out(JSON.stringify({ file: places.config }));
  else
    terminal.out(
      `wrote ${places.config}\nNext: dns-cutover validate, then dns-cutover plan ${domain}`,
    );
  return 0;
};
