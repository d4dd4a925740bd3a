import { describe, expect, it } from 'vitest';
import { globals } from '../../src/commands/globals.ts';
import { makeProgram, usageFault } from '../../src/commands/program.ts';
import { type CommandSpec, type Input } from '../../src/commands/spec.ts';
import { commands } from '../../src/commands/table/table.ts';

interface Chosen {
  readonly name: string;
  readonly input: Input;
}

/** What a command line chooses; the fault when it is refused. Nothing is run. */
async function parse(argv: readonly string[]) {
  const chosen: Chosen[] = [];
  const program = makeProgram('0.0.0', async ({ name }, input) => {
    chosen.push({ name, input });
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return { chosen, fault: null };
  } catch (error) {
    const fault = usageFault(error);
    if (fault === null) throw error;
    return { chosen, fault };
  }
}

/** Words of a shell line, quotes removed, without where its output goes. */
const shellWords = (line: string): readonly string[] =>
  [...line.replace(/ > .*$/, '').matchAll(/"([^"]*)"|(\S+)/g)].map(([, a, b]) => a ?? b ?? '');

const long = (flags: string): string => /--(?:no-)?([a-z-]+)/.exec(flags)?.[1] ?? '';

describe('the table of commands', () => {
  it.each(commands.map(spec => [spec.name, spec] as const))(
    '%s says what it is, and its examples mean it',
    async (name: string, spec: CommandSpec) => {
      expect(['Prepare', 'Run', 'Observe', 'Other']).toContain(spec.group);
      expect(spec.summary).toMatch(/^[a-z].*[^.]$/);
      expect(spec.description).toMatch(/\.$/);
      expect(spec.examples.length).toBeGreaterThan(0);
      for (const example of spec.examples) {
        const [program, ...argv] = shellWords(example);
        expect(program).toBe('dns-cutover');
        const { chosen, fault } = await parse(argv);
        expect(fault, example).toBe(null);
        expect(chosen.map(one => one.name)).toEqual([name]);
      }
      expect(typeof (await spec.load()).run).toBe('function');
    },
  );

  it('has every name once, and no option of a command hides one of everywhere', () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const everywhere = [...globals.map(({ flags }) => long(flags)), 'help', 'version'];
    for (const { name, options } of commands) {
      const own = options.map(({ flags }) => long(flags));
      expect(new Set(own).size, name).toBe(own.length);
      expect(
        own.filter(option => everywhere.includes(option)),
        name,
      ).toEqual([]);
    }
  });

  it('marks as Run what can lead to a write, and nothing else', () => {
    const acting = commands.filter(({ group }) => group === 'Run').map(({ name }) => name);
    expect(acting.sort()).toEqual(
      [
        'abandon',
        'approve',
        'confirm',
        'observe',
        'pause',
        'probe',
        'resume',
        'retry',
        'rollback',
        'serve',
        'start',
        'wave start',
      ].sort(),
    );
  });
});

describe('the parser', () => {
  it('takes the options of everywhere before and after the command', async () => {
    const options = ['--state', 'd', '-c', 'f.yaml', '--json', '--no-color', '--no-input'];
    const want = { state: 'd', config: 'f.yaml', json: true, color: false, input: false };
    for (const argv of [
      [...options, 'status', 'x'],
      ['status', ...options, 'x'],
      ['status', 'x', ...options],
      [...options, 'store', 'backup', 'x'],
      ['store', ...options, 'backup', 'x'],
    ]) {
      const { chosen, fault } = await parse(argv);
      expect(fault).toBe(null);
      expect(chosen[0]?.input, argv.join(' ')).toMatchObject({ args: ['x'], options: want });
    }
    const { chosen } = await parse(['status']);
    expect(chosen[0]?.input).toMatchObject({ args: [], options: { color: true, input: true } });
    expect(chosen[0]?.input.options).not.toHaveProperty('json');
  });

  it('collects what may be given several times', async () => {
    const argv = ['approve', 'x', '--attest', '1', '--attest', '2', '--accept', 'a:b'];
    const { chosen } = await parse(argv);
    expect(chosen[0]?.input.options).toMatchObject({ attest: ['1', '2'], accept: ['a:b'] });
  });

  it.each([
    { argv: ['plam'], says: 'plam', fix: 'plan' },
    { argv: ['aprove', 'x'], says: 'aprove', fix: 'approve' },
    { argv: ['rollbak', 'x', '--confirm', 'x'], says: 'rollbak', fix: 'rollback' },
    { argv: ['store', 'chek'], says: 'chek', fix: 'check' },
    { argv: ['status', '--jsn'], says: '--jsn', fix: '--json' },
    { argv: ['start', 'x', '--plan-hsh', 'h'], says: '--plan-hsh', fix: '--plan-hash' },
    { argv: ['xyzzy'], says: 'xyzzy', fix: '--help' },
    { argv: ['start'], says: 'name', fix: 'dns-cutover help start' },
    { argv: ['confirm', 'x'], says: 'what', fix: 'dns-cutover help confirm' },
    { argv: ['plan', 'a', 'b'], says: 'too many arguments', fix: 'dns-cutover help plan' },
    {
      argv: ['status', 'a', 'b', '--json'],
      says: 'too many arguments',
      fix: 'dns-cutover help status',
    },
    { argv: ['start', 'x', '--plan-hash'], says: '--plan-hash', fix: 'dns-cutover help start' },
    { argv: ['store', 'backup'], says: 'argument', fix: 'dns-cutover help store backup' },
    { argv: ['propagation'], says: 'domain', fix: 'dns-cutover help propagation' },
    { argv: ['resolvers', 'list', 'x'], says: 'too many', fix: 'dns-cutover help resolvers list' },
    { argv: ['resolvers', 'xyzzy'], says: 'xyzzy', fix: 'dns-cutover help resolvers' },
    { argv: ['store'], says: 'which', fix: 'store check' },
    { argv: ['config'], says: 'which', fix: 'config show' },
    { argv: ['Plan'], says: 'Plan', fix: 'plan' },
    { argv: ['--no-such-thing', 'plan'], says: '--no-such-thing', fix: '--help' },
    { argv: ['constructor'], says: 'constructor', fix: '--help' },
  ])('refuses $argv, names what is near and runs nothing', async ({ argv, says, fix }) => {
    const { chosen, fault } = await parse(argv);
    expect(chosen).toEqual([]);
    expect(fault).toMatchObject({ code: 'USAGE', exit: 64 });
    expect(fault?.message).toContain(says);
    expect(fault?.fix).toContain(fix);
  });

  it('names below a word only its own commands', async () => {
    const { fault } = await parse(['resolvers']);
    const fix = ['list', 'test', 'add', 'remove', 'update'].map(leaf => `resolvers ${leaf}`);
    expect(fault).toMatchObject({ code: 'USAGE', fix: `one of: ${fix.join(', ')}` });
  });
});
