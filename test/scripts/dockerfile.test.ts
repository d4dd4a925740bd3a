import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions, each on one line, without comments. */
function read(): readonly Instruction[] {
  const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');
  return text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [, name = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      expect(name, line).not.toBe('');
      return { name, rest };
    });
}

const instructions = read();
const starts = instructions.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
const last = instructions.slice(starts.at(-1));
const only = (name: string): string => {
  const found = last.filter(one => one.name === name);
  expect(found, name).toHaveLength(1);
  return found[0]!.rest;
};

it('has a stage that builds and one that runs, on the Node that the package asks for', () => {
  expect(starts).toHaveLength(2);
  const base = instructions.find(({ name }) => name === 'ARG')!.rest;
  expect(base).toMatch(/^BASE=node:24\.\d+\.\d+-slim$/);
  const { engines, devDependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as { engines: { node: string }; devDependencies: { node: string } };
  expect(engines.node).toBe('>=24');
  expect(base).toContain(`:${devDependencies.node}-`);
  // Nothing is run or fetched in what runs: it is what the first stage made.
  expect(last.map(({ name }) => name)).not.toContain('RUN');
  for (const { rest } of last.filter(({ name }) => name === 'COPY'))
    expect(rest).toMatch(/^--from=build /);
  expect(instructions.map(({ name }) => name)).not.toContain('ADD');
});

it('runs as nobody in particular, writes one volume, and ends when it is asked to', () => {
  expect(only('USER')).toBe('65532:65532');
  expect(JSON.parse(only('VOLUME'))).toEqual(['/data']);
  expect(only('STOPSIGNAL')).toBe('SIGTERM');
  // As process 1 itself: a shell would keep the signal.
  expect(JSON.parse(only('ENTRYPOINT'))).toEqual(['node', '/app/dist/src/cli.js']);
  expect((JSON.parse(only('CMD')) as string[])[0]).toBe('serve');
  expect(only('CMD')).not.toContain('0.0.0.0');
  for (const { rest } of instructions.filter(({ name }) => ['ENV', 'ARG'].includes(name)))
    expect(rest).not.toMatch(/secret|token|password|key/i);
});

it('looks after itself without a shell and without curl', () => {
  const [, array] = /^(?:--\S+ )*CMD (\[.*\])$/.exec(only('HEALTHCHECK')) ?? [];
  const [program, file] = JSON.parse(array!) as string[];
  expect(program).toBe('node');
  const source = file!.replace('/app/dist/', '').replace(/\.js$/, '.ts');
  expect(existsSync(join(root, source)), source).toBe(true);
});

it('builds from what it needs, and never from a store, a secret or what was built elsewhere', () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n');
  expect(ignored[0]).toBe('**');
  for (const name of ['node_modules', 'dist', '.git', 'test'])
    expect(ignored).not.toContain(`!${name}`);
  for (const name of ['package.json', 'package-lock.json', 'src', 'providers', 'scripts', 'config'])
    expect(ignored).toContain(`!${name}`);
});
