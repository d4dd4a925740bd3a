import { type Observation } from '../cutover/event.ts';
import { parseDuration } from '../config/duration.ts';
import { readSource } from '../config/source.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { readProbeRound } from '../mail/read-round.ts';
import { perform } from './act.ts';
import { countOption, textOption } from './parse.ts';
import { type Input, type Run } from './spec.ts';

const usage = (where: string, message: string, fix: string): Fault =>
  new Fault('USAGE', message, { where, fix });

/** The mark of a test message, as it stands in its subject. */
function tokenOf(text: string): string {
  if (/^dns-cutover-[0-9a-f]{12}$/.test(text)) return text;
  throw usage(
    '--arrived',
    `${text} marks no test message`,
    'copy it from the subject of the message',
  );
}

/** The time that a count is of. */
function secondsOf(input: Input, usual: number): number {
  const text = textOption(input, 'since');
  const seconds = text === null ? usual : parseDuration(text);
  if (seconds === null || seconds === 0)
    throw usage('--since', `${text ?? ''} is not a duration`, 'write such as 10m or 1h');
  return seconds;
}

async function standardInput(): Promise<string> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of process.stdin) {
    const read = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    octets += read.length;
    if (octets > limits.probeFileOctets)
      throw usage('--probe', 'there is too much of it', 'hand in what probe --json prints');
    parts.push(read);
  }
  return Buffer.concat(parts).toString('utf8');
}

const probeFile = {
  expected: 'what probe --json printed',
  fix: 'Name a file, or - for the standard input.',
  fixSize: 'Hand in what `dns-cutover probe --json` prints on the other machine.',
};

async function observation(input: Input): Promise<Observation> {
  const bounces = countOption(input, 'bounces');
  const accepted = countOption(input, 'accepted');
  const usual = countOption(input, 'usual');
  const probe = textOption(input, 'probe');
  const arrived = textOption(input, 'arrived');
  const given = [bounces, accepted, probe, arrived].filter(one => one !== null).length;
  if (given !== 1)
    throw usage(
      '--bounces, --accepted, --arrived, --probe',
      `${given === 0 ? 'none' : 'several'} of them`,
      'say one thing: how many bounced, how many were accepted, which test message arrived, or what a probe elsewhere saw',
    );
  if (probe !== null) {
    const text = probe === '-' ? await standardInput() : await readSource(probe, probeFile);
    return { is: 'probe', round: readProbeRound(text) };
  }
  if (arrived !== null) return { is: 'arrived', token: tokenOf(arrived) };
  if (accepted !== null)
    return { is: 'accepted', count: accepted, seconds: secondsOf(input, 3600), usual };
  return {
    is: 'bounces',
    count: bounces ?? 0,
    seconds: secondsOf(input, limits.mailBouncesMs / 1000),
  };
}

export const run: Run = async (context, input) => {
  const what = await observation(input);
  return perform(context, input, () => ({
    ...{ type: 'observe', what, reason: textOption(input, 'reason') },
  }));
};
