import { Command, CommanderError } from 'commander';
import { Fault, isFault } from '../errors.ts';
import { globals } from './globals.ts';
import { remoteOptions } from './remote-terms.ts';
import { type CommandSpec, type Input, type OptionSpec } from './spec.ts';
import { commands } from './table/table.ts';
import { topics } from './topics.ts';

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

function addOption(command: Command, { flags, description, many }: OptionSpec): void {
  if (many === true) command.option(flags, description, collect);
  else command.option(flags, description);
}

const examplesText = (spec: CommandSpec): string =>
  `\nExamples:\n${spec.examples.map(example => `  ${example}`).join('\n')}`;

/** What commands that stand below a word have in common; for a new word its name says it. */
const families: Readonly<Record<string, string>> = {
  wave: 'many domains, one wave after the other: plan, start, status',
  resolvers: 'the resolvers that are asked: list, test and keep them',
  token: 'who may use the server: create, list and revoke tokens',
  store: 'the place where cutovers and their journals are kept',
  config: 'the configuration as it takes effect',
};

/** Where a spec's command hangs: `store check` below a `store` that is made on the way. */
function parentOf(program: Command, path: readonly string[]): Command {
  return path.reduce((parent, name) => {
    const known = parent.commands.find(command => command.name() === name);
    if (known !== undefined) return known;
    const made = parent.command(name).description(families[name] ?? `commands about the ${name}`);
    made.helpGroup('Other:').helpCommand(false);
    return made;
  }, program);
}

export type Chosen = (spec: CommandSpec, input: Input) => Promise<void>;

function addCommand(program: Command, spec: CommandSpec, chosen: Chosen): void {
  const path = spec.name.split(' ');
  const leaf = path.at(-1) ?? spec.name;
  const command = parentOf(program, path.slice(0, -1))
    .command(`${leaf} ${spec.args}`.trim())
    .summary(spec.summary)
    .description(`${spec.summary}\n\n${spec.description}`)
    .helpGroup(`${spec.group}:`)
    .addHelpText('after', examplesText(spec));
  for (const option of spec.options) addOption(command, option);
  if (spec.remote !== undefined) {
    command.optionsGroup('On a server:');
    for (const option of remoteOptions(spec)) addOption(command, option);
  }
  command.optionsGroup('Everywhere:');
  for (const option of globals) addOption(command, option);
  command.action(async () => {
    const args = command.args;
    // An argument that takes several words comes as a list of them.
    const named = command.processedArgs.flat().filter(arg => typeof arg === 'string');
    if (args.length > named.length) command.error(`error: too many arguments for ${spec.name}`);
    // The program takes the options of everywhere, wherever they stand; a command lists them for its help.
    await chosen(spec, { args: named, options: { ...command.opts(), ...program.opts() } });
  });
}

/** `help`, `help COMMAND` (also `help store check`) and `help TOPIC`. */
function addHelp(program: Command): void {
  program.helpCommand(false);
  program
    .command('help [topic...]')
    .summary('help on a command, or on: ' + Object.keys(topics).join(', '))
    .helpGroup('Other:')
    .action(async (words: readonly string[]) => {
      const topic = words.join(' ');
      const text = topics[topic];
      const command = words.reduce<Command | undefined>(
        (parent, word) => parent?.commands.find(one => one.name() === word),
        program,
      );
      // A topic says more than a list of the commands below its word, and names them.
      if (command !== undefined && text === undefined) command.help();
      if (text === undefined)
        throw new Fault('USAGE', `there is no help on ${topic}`, {
          fix: `one of: ${[...Object.keys(topics), ...program.commands.map(one => one.name())].join(', ')}`,
        });
      process.stdout.write(await text());
    });
}

/** The parser of the command line. Errors of usage are thrown, never printed and exited with. */
export function makeProgram(version: string, chosen: Chosen): Command {
  const program = new Command('dns-cutover')
    .description('Moves the MX of a domain from one mail host to another, provably and reversibly.')
    .version(version, '-V, --version', 'the version')
    .showHelpAfterError(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ outputError: () => undefined, writeErr: () => undefined });
  program.optionsGroup('Everywhere:');
  for (const option of globals) addOption(program, option);
  for (const spec of commands) addCommand(program, spec, chosen);
  addHelp(program);
  for (const command of program.commands) {
    ownErrors(command.copyInheritedSettings(program), command.name());
    for (const below of command.commands)
      ownErrors(below.copyInheritedSettings(program), `${command.name()} ${below.name()}`);
  }
  return program;
}

/** What a command refuses points to its own help, and a word that needs another to those below it. */
function ownErrors(command: Command, name: string): void {
  command.exitOverride(error => {
    if (error.exitCode === 0) throw error;
    // `store` alone: commander would print its help to stderr and say nothing.
    if (error.code === 'commander.help')
      throw new Fault('USAGE', `which command of ${name}?`, {
        fix: `one of: ${command.commands.map(below => `${name} ${below.name()}`).join(', ')}`,
      });
    if (/unknown option '--(?:server|token-file)'/.test(error.message))
      throw new Fault('USAGE', `${name} works on this machine only`, {
        where: '--server',
        fix: `give it on the machine of the server, without --server; help ${name} says more`,
      });
    throw faultOf(error, `see dns-cutover help ${name}`);
  });
}

function faultOf({ message }: CommanderError, see: string): Fault {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const hint = rest.join(' ').replace(/[()]/g, '').trim();
  return new Fault('USAGE', first, { fix: hint === '' ? see : hint });
}

/** What the parser threw, as our Fault; null when it only printed help or the version. */
export function usageFault(error: unknown): Fault | null {
  if (isFault(error, 'USAGE')) return error;
  if (!(error instanceof CommanderError) || error.exitCode === 0) return null;
  return faultOf(error, 'see dns-cutover --help');
}
