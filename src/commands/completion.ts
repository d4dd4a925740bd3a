import { Fault } from '../errors.ts';
import { globals } from './globals.ts';
import { nameArgument } from './parse.ts';
import { remoteOptions } from './remote-terms.ts';
import { type Run } from './spec.ts';
import { commands } from './table/table.ts';

const flag = (flags: string): string =>
  flags.split(/[ ,]+/).find(part => part.startsWith('--')) ?? flags;

interface Word {
  readonly command: string;
  readonly words: readonly string[];
}

/** For every first word: what may follow it. */
function words(): readonly Word[] {
  const everywhere = globals.map(({ flags }) => flag(flags));
  const first = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))];
  return first.map(command => {
    const mine = commands.filter(({ name }) => name.split(' ')[0] === command);
    const below = mine.flatMap(({ name }) => name.split(' ').slice(1));
    const options = mine.flatMap(spec =>
      [...spec.options, ...remoteOptions(spec)].map(({ flags }) => flag(flags)),
    );
    const taken = mine.flatMap(spec => spec.words ?? []);
    return { command, words: [...new Set([...below, ...options, ...taken, ...everywhere])] };
  });
}

const firstWords = (): string => [...words().map(({ command }) => command), 'help'].join(' ');

const bash = (): string => `_dns_cutover() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${firstWords()}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${words()
  .map(
    ({ command, words: list }) =>
      `    ${command}) COMPREPLY=($(compgen -W "${list.join(' ')}" -- "$current")) ;;`,
  )
  .join('\n')}
  esac
}
complete -o default -F _dns_cutover dns-cutover
`;

/** Sourced, it registers itself; in a directory of fpath the first call is one that completes already. */
const zsh = (): string => `#compdef dns-cutover
_dns_cutover() {
  if (( CURRENT == 2 )); then
    compadd ${firstWords()}
    return
  fi
  if [[ $PREFIX == */* || $words[CURRENT-1] == -* ]]; then
    _files
  fi
  case "$words[2]" in
${words()
  .map(({ command, words: list }) => `    ${command}) compadd -- ${list.join(' ')} ;;`)
  .join('\n')}
  esac
}
if [[ $funcstack[1] == _dns[-_]cutover ]]; then
  _dns_cutover "$@"
else
  compdef _dns_cutover dns-cutover
fi
`;

const fish = (): string =>
  [
    ...commands.map(({ name, summary }) => {
      const [first = name, below] = name.split(' ');
      const when =
        below === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
      return `complete -c dns-cutover -f -n '${when}' -a '${below ?? first}' -d '${summary.replaceAll("'", "\\'")}'`;
    }),
    `complete -c dns-cutover -f -n '__fish_use_subcommand' -a 'help' -d 'help on a command or a topic'`,
    `complete -c dns-cutover -f -n '__fish_seen_subcommand_from help' -a '${firstWords()}'`,
    ...commands.flatMap(({ name, words: taken = [] }) =>
      taken.length === 0
        ? []
        : `complete -c dns-cutover -n '__fish_seen_subcommand_from ${name}' -a '${taken.join(' ')}'`,
    ),
    ...words().flatMap(({ command, words: list }) =>
      list
        .filter(word => word.startsWith('--'))
        .map(
          word =>
            `complete -c dns-cutover -n '__fish_seen_subcommand_from ${command}' -l ${word.slice(2)}`,
        ),
    ),
  ].join('\n');

const shells: Readonly<Record<string, () => string>> = { bash, zsh, fish };

export const run: Run = async ({ terminal }, input) => {
  const shell = nameArgument(input);
  const script = shells[shell];
  if (script === undefined)
    throw new Fault('USAGE', `there is no completion for ${shell}`, {
      where: 'SHELL',
      fix: `one of: ${Object.keys(shells).join(', ')}`,
    });
  terminal.out(script());
  return 0;
};
