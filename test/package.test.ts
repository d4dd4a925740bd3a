import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { casesOf, command } from './support/commands.ts';

const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
let home = '';

/** The packed package, unpacked beside links to what it depends on: as an adapter elsewhere has it. */
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dns-cutover-package-'));
  const target = join(home, 'node_modules', 'dns-cutover');
  await mkdir(target, { recursive: true });
  const packing = ['pack', '--ignore-scripts', '--offline', '--pack-destination', home];
  const packed = await command('npm', packing, { cwd: root });
  expect(packed.code, packed.err).toBe(0);
  const archive = join(home, packed.out.trim().split('\n').at(-1) ?? '');
  const unpacked = await command('tar', ['-xzf', archive, '-C', target, '--strip-components=1'], {
    cwd: home,
  });
  expect(unpacked.code, unpacked.err).toBe(0);
  for (const name of await readdir(modules))
    if (!name.startsWith('.')) await symlink(join(modules, name), join(home, 'node_modules', name));
  await writeFile(join(home, 'package.json'), '{ "name": "elsewhere", "type": "module" }');
}, 60_000);
afterAll(() => rm(home, { recursive: true, force: true }));

/** The memory provider by its path: it is no part of what is exported. */
const backend = `
import { memoryProvider } from './node_modules/dns-cutover/dist/providers/memory/memory.js';
import { memoryZone } from './node_modules/dns-cutover/dist/providers/memory/zone.js';
import { conformance, type Backend } from 'dns-cutover/conformance';
import { parseName } from 'dns-cutover/dns/name';
import { formatRRset, rrset } from 'dns-cutover/dns/rrset';
import { Fault } from 'dns-cutover/errors';
import { type Provider } from 'dns-cutover/provider';

const apex = parseName('alpha.example');
const seeds = Array.from({ length: 20 }, (_, n) =>
  rrset({ name: parseName('seed' + n + '.alpha.example'), type: 'TXT', ttl: 60, rdata: ['"s"'] }),
);
type Zone = ReturnType<typeof memoryZone>;
const changed = (change: (provider: Provider, zone: Zone) => Partial<Provider>): Backend => ({
  open: async () => {
    const zone = memoryZone(apex, seeds);
    const sound = memoryProvider({ name: 'memory', zones: [zone] });
    return {
      provider: { ...sound, ...change(sound, zone) },
      zone: apex,
      edit: async (key, after) => { zone.edit([{ key, after }]); },
      dump: async () => zone.all().filter(set => set.type !== 'SOA').map(formatRRset),
      writes: async () => zone.log().length,
      close: async () => undefined,
    };
  },
});
`;

const suites = `${backend}
conformance('sound', changed(() => ({})));
conformance('the last writer wins', changed((sound, zone) => ({
  write: async (moves, signal, urgency) => {
    const now = moves.map(({ from, to }) => ({ from: zone.get((to ?? from)!.rrset), to }));
    return sound.write(now, signal, urgency);
  },
})));
conformance('a short TTL is read as a minute', changed(sound => ({
  read: async (key, signal) => {
    const held = await sound.read(key, signal);
    const ttl = Math.max(60, held?.rrset.ttl ?? 0);
    return held === null ? null : { ...held, rrset: { ...held.rrset, ttl } };
  },
})));
conformance('any receipt has arrived', changed(() => ({ synced: async () => true })));
conformance('the caller is not heard', changed(sound => ({
  write: (moves, _, urgency) => sound.write(moves, new AbortController().signal, urgency),
})));
conformance('a question writes', changed((sound, zone) => ({
  writable: async (moves, signal) => {
    if (signal.aborted) throw new Fault('ABORTED', 'given up');
    await sound.write(moves, signal);
    return 'yes';
  },
})));
`;

it('brings the suite along, which fails a provider in the promises that it breaks', async () => {
  await writeFile(join(home, 'adapter.test.ts'), suites);
  const vitest = join(modules, 'vitest', 'vitest.mjs');
  const words = [vitest, 'run', '--root', home, '--reporter=json', '--outputFile=report.json'];
  const { out, err } = await command(process.execPath, words, { cwd: home });
  const report = await readFile(join(home, 'report.json'), 'utf8').catch(() => '');
  expect(report, out + err).not.toBe('');
  const cases = casesOf(report);
  const failed = Object.fromEntries(
    [...cases].map(([suite, { failed: numbers }]) => [
      suite.replace(' keeps the promises of a provider', ''),
      numbers.join(' '),
    ]),
  );
  expect(failed, err).toEqual({
    sound: '',
    'the last writer wins': '5 6',
    'a short TTL is read as a minute': '8',
    'any receipt has arrived': '11',
    'the caller is not heard': '13',
    'a question writes': '16',
  });
  for (const { total } of cases.values()) expect(total).toBe(18);
});

it('has types: what fits passes the compiler, what does not is refused', async () => {
  await writeFile(
    join(home, 'right.ts'),
    `${backend}\nchanged(() => ({}));\nexport { Fault, conformance };\n`,
  );
  const wrong = `import { type Provider } from 'dns-cutover/provider';\nexport const one: Provider = 5;\n`;
  await writeFile(join(home, 'wrong.ts'), wrong);
  const options = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, types: [] };
  const compilerOptions = { ...options, skipLibCheck: true };
  const files = ['right.ts', 'wrong.ts'];
  await writeFile(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(modules, 'tsc7', 'bin', 'tsc');
  const { out } = await command(process.execPath, [tsc, '-p', home], { cwd: home });
  const errors = out.split('\n').filter(line => line.includes('error'));
  expect(errors).toEqual([expect.stringMatching(/^wrong\.ts\(2,14\): error TS2322/)]);
});

describe('the package', () => {
  it('has the program, and every file that it says it has', async () => {
    const place = join(home, 'node_modules', 'dns-cutover');
    const { bin, exports } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as {
      bin: Record<string, string>;
      exports: Record<string, string | Record<string, string>>;
    };
    const named = Object.values(exports).flatMap(one =>
      typeof one === 'string' ? [one] : Object.values(one),
    );
    expect(named).toHaveLength(11);
    for (const file of [...Object.values(bin), ...named])
      expect(await readFile(join(place, file), 'utf8'), file).not.toBe('');
    const program = join(place, bin['dns-cutover'] ?? '');
    const { code, out } = await command(process.execPath, [program, 'version'], { cwd: home });
    expect([code, out.split(' ')[0]]).toEqual([0, 'dns-cutover']);
  });

  it('keeps everything else to itself', async () => {
    const look = `import('dns-cutover/dist/src/app.js').catch(e => { console.log(e.code); })`;
    const { out } = await command(process.execPath, ['-e', look], { cwd: home });
    expect(out).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });
});
