import { readFile } from 'node:fs/promises';
import { Value } from 'typebox/value';
import { type TSchema } from 'typebox';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { publishedListSchema, publishedSchema } from '../../src/config/published.ts';
import { loadConfig } from '../../src/config/config.ts';
import { providers } from '../../providers/index.ts';
import { cutover, load, NOW, problemsOf } from './load.ts';

const place = (name: string): string => `${import.meta.dirname}/../../config/${name}`;
const published = publishedSchema() as unknown as TSchema & {
  readonly properties: Readonly<Record<string, object>>;
};

it('config/cutover.schema.json is what the sources say; if not: npm run schema', async () => {
  const written: unknown = JSON.parse(await readFile(place('cutover.schema.json'), 'utf8'));
  expect(written).toEqual(publishedSchema());
});

it('config/resolvers.schema.json is, too, and lets the shipped list pass', async () => {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(place(name), 'utf8'));
  const schema = publishedListSchema() as unknown as TSchema;
  expect(await read('resolvers.schema.json')).toEqual(schema);
  const [row, extra] = [{ id: 'corp', addresses: ['192.0.2.53'] }, { about: 'ours' }];
  for (const list of [await read('resolvers.json'), [row], { ...extra, resolvers: [row] }])
    expect(Value.Check(schema, list)).toBe(true);
  for (const list of [[], {}, [{ id: 'corp' }], [{ ...row, wieght: 2 }], [{ ...row, weight: 0 }]])
    expect(Value.Check(schema, list), JSON.stringify(list)).toBe(false);
});

it('lets an editor pass what the product passes, and marks what it refuses', () => {
  expect(Value.Check(published, parse(cutover('')))).toBe(true);
  for (const keys of ['ttl: { low: 0 }', 'ttl: { lo: 5 }', 'claim: true', 'steps: []'])
    expect(Value.Check(published, parse(cutover(keys))), keys).toBe(false);
  const typo = cutover('').replace('secretFile', 'secretfile');
  expect(Value.Check(published, parse(typo))).toBe(false);
});

it('holds words for people alone, and demands nothing that has a default', () => {
  const text = JSON.stringify(published);
  expect(text).not.toMatch(/"(?:expected|fix)":/);
  expect(published).toMatchObject({ required: ['providers', 'cutovers'] });
  expect(published.properties['cutovers']).toMatchObject({
    items: { required: ['domain', 'provider'] },
  });
});

describe('config/cutover.example.yaml', () => {
  it('is valid, for the product and for editors', async () => {
    const { orders, refuseOverdue } = await loadConfig(place('cutover.example.yaml'), NOW);
    expect(orders).toHaveLength(1);
    refuseOverdue();
    const document: unknown = parse(await readFile(place('cutover.example.yaml'), 'utf8'));
    expect(Value.Check(published, document)).toBe(true);
  });

  it('shows every kind of provider with all its settings, valid when out of the comments', async () => {
    const text = await readFile(place('cutover.example.yaml'), 'utf8');
    const [before = '', rest = ''] = text.split('  # aws:');
    const [clouds = '', after = ''] = rest.split(/\n(?=cutovers:)/);
    const entries = `  # aws:${clouds}`.split(/(?=^ {2}# \w+:$)/m);
    const known = entries.filter(entry =>
      Object.hasOwn(providers, /type: (\w+)/.exec(entry)?.[1] ?? ''),
    );
    const open = known.map(entry => entry.replaceAll(/^ {2}# /gm, '  ')).join('');
    const { providers: orders } = await load(`${before}${open}\n${after}`);
    expect(
      Object.values(orders)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(Object.keys(providers).sort());
    for (const { type, settings } of Object.values(orders))
      expect(Object.keys(settings).sort(), type).toEqual(
        Object.keys(propertiesOf(providers[type]?.settings)).sort(),
      );
    expect(Value.Check(published, parse(`${before}${open}\n${after}`))).toBe(true);
  });

  it('shows every key there is', async () => {
    const text = await readFile(place('cutover.example.yaml'), 'utf8');
    const keys = [...keysOf(configSchema), 'server', 'port', 'key', 'algorithm'];
    expect(keys.length).toBeGreaterThan(60);
    for (const key of keys) expect(text, key).toMatch(new RegExp(`\\b${key}:`));
  });
});

const propertiesOf = (schema: unknown): object =>
  (schema as { readonly properties?: object } | undefined)?.properties ?? {};

describe.each(Object.keys(providers))('an entry of the kind %s', type => {
  const known = Object.keys(propertiesOf(providers[type]?.settings));
  const entry = (line: string) => `providers:
  other:
    type: ${type}
    ${line}
cutovers: []
`;

  it('with a key that there is not gets one error, at its place', async () => {
    const problems = await problemsOf(load(entry('frobnicate: 1')));
    const about = problems.filter(({ found }) => found.includes('frobnicate'));
    expect(about).toMatchObject([{ where: '4:5' }]);
    for (const key of known) expect(JSON.stringify(about)).toContain(key);
    expect(Value.Check(published, parse(entry('frobnicate: 1')))).toBe(false);
  });

  it('with a value of the wrong kind gets one error for it', async () => {
    const key = known.at(-1) ?? '';
    const problems = await problemsOf(load(entry(`${key}: [1]`)));
    expect(problems.filter(({ where }) => where.startsWith('4:'))).toHaveLength(1);
  });
});

it('a kind that there is not is marked', () => {
  const text = 'providers: { a: { type: bind } }\ncutovers: []\n';
  expect(Value.Check(published, parse(text))).toBe(false);
});

/** The name of every property in a schema. */
function keysOf(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'properties' in node && typeof node.properties === 'object' ? (node.properties ?? {}) : {};
  return [...Object.keys(own), ...Object.values(node).flatMap(keysOf)].filter(
    (key, index, all) => all.indexOf(key) === index,
  );
}
