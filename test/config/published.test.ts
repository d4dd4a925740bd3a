import { readFile } from 'node:fs/promises';
import { Value } from 'typebox/value';
import { type TSchema } from 'typebox';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { publishedSchema } from '../../src/config/published.ts';
import { loadConfig } from '../../src/config/config.ts';
import { cutover, NOW } from './load.ts';

const place = (name: string): string => `${import.meta.dirname}/../../config/${name}`;
const published = publishedSchema() as unknown as TSchema & {
  readonly properties: Readonly<Record<string, object>>;
};

it('config/cutover.schema.json is what the sources say; if not: npm run schema', async () => {
  const written: unknown = JSON.parse(await readFile(place('cutover.schema.json'), 'utf8'));
  expect(written).toEqual(publishedSchema());
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

  it('shows every key there is', async () => {
    const text = await readFile(place('cutover.example.yaml'), 'utf8');
    const keys = [...keysOf(configSchema), 'server', 'port', 'key', 'algorithm'];
    expect(keys.length).toBeGreaterThan(60);
    for (const key of keys) expect(text, key).toMatch(new RegExp(`\\b${key}:`));
  });
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
