import { type Observation } from '../cutover/event.ts';
import { shown } from '../view/table.ts';
import { parseDuration } from '../config/duration.ts';
import { readSource } from '../config/source.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { readProbeRound } from '../mail/read-round.ts';
import { type Desk } from '../remote/desk.ts';
import { perform } from './act.ts';
import { type Context } from './context.ts';
import { countOption, nameArgument, textOption } from './parse.ts';
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

type Probed = Extract<Observation, { readonly is: 'probe' }>;

/** On a server a probe needs nothing but itself, so that the token of an agent is enough. */
async function handInThere(context: Context, input: Input, { desk, what }: There): Promise<number> {
  const { terminal, json } = context;
  const name = nameArgument(input);
  const reason = textOption(input, 'reason');
  const { cutover, seq } = await desk.handIn({ name, round: what.round, reason });
  if (json) terminal.out(JSON.stringify({ cutover, seq }));
  else {
    const where = shown(cutover ?? name, terminal.look());
    terminal.out(`recorded${seq === null ? '' : ` as line ${String(seq)}`} of ${where}`);
  }
  return 0;
}

interface There {
  readonly desk: Desk;
  readonly what: Probed;
}

export const run: Run = async (context, input) => {
  const what = await observation(input);
  const { remote } = context;
  // A line that must be the last one is looked at first, which an agent may not do.
  if (what.is === 'probe' && remote !== undefined && countOption(input, 'expect') === null)
    return handInThere(context, input, { desk: remote, what });
  return perform(context, input, () => ({
    ...{ type: 'observe', what, reason: textOption(input, 'reason') },
  }));
};
