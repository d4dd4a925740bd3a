import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { checkResolverLists } from '../../src/config/watch-lists.ts';
import { isFault } from '../../src/errors.ts';
import { cutover, NOW } from './load.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-lists-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
mkdirSync(join(home, 'lists'));
const list = (name: string, text: string) => {
  writeFileSync(join(home, name), text);
};
list('lists/good.json', '[{ "id": "a", "addresses": ["192.0.2.53"] }]');
list('lists/bad.json', '[{ "id": "a", "addresses": ["dns.example"] }]');

async function read(resolvers: string) {
  const file = join(home, 'c.yaml');
  writeFileSync(file, cutover(`watch: { resolvers: ${resolvers} }`));
  return loadConfig(file, NOW);
}

async function refusal(resolvers: string): Promise<string> {
  try {
    await checkResolverLists(await read(resolvers));
  } catch (error) {
    if (!isFault(error, 'CONFIG')) throw error;
    return error.message.replaceAll(`${home}/`, '');
  }
  throw new Error('nothing was refused');
}

describe('a list of resolvers', () => {
  it('is found beside the configuration, and its whole path stands in the policy', async () => {
    const config = await read('./lists/good.json');
    expect(config.orders[0]?.policy.watch.resolvers).toBe(join(home, 'lists/good.json'));
    await checkResolverLists(config);
    const away = await read(`'${join(home, 'lists/good.json')}'`);
    expect(away.orders[0]?.policy.watch.resolvers).toBe(join(home, 'lists/good.json'));
  });

  it.each(['default', 'core', 'none'])('may be the word %s', async word => {
    const config = await read(word);
    expect(config.orders[0]?.policy.watch.resolvers).toBe(word);
    await checkResolverLists(config);
  });

  it('may be several, less whom one does not want to ask', async () => {
    const file = join(home, 'lists/good.json');
    for (const written of [
      '[core, ./lists/good.json], except: [quad9, lists/good.json]',
      'core, except: [quad9]',
      '"core,./lists/good.json,-quad9"',
      '[none]',
    ]) {
      const config = await read(written);
      await checkResolverLists(config);
      const list = config.orders[0]?.policy.watch.resolvers;
      if (written.startsWith('[core')) expect(list).toBe(`core,${file},-quad9,-${file}`);
      if (written.startsWith('core')) expect(list).toBe('core,-quad9');
      if (written.startsWith('"')) expect(list).toBe(`core,${file},-quad9`);
      if (written === '[none]') expect(list).toBe('none');
    }
  });

  it('leaves out only whom it has, and says whom was meant', async () => {
    const told = await refusal('core, except: [quda9]');
    expect(told).toContain('no resolver "quda9" to leave out');
    expect(told).toContain('Did you mean quad9?');
    await expect(read('core, exept: [quad9]')).rejects.toThrow('Did you mean except?');
    await expect(read('[]')).rejects.toThrow('[core, ./mine.json]');
    await expect(read('7')).rejects.toThrow('or a list of those');
  });

  it('that is wrong is refused at its place in the configuration, with its own mistake', async () => {
    const told = await refusal('lists/bad.json');
    expect(told).toContain('c.yaml:7:25: the list of resolvers cannot be used');
    expect(told).toMatch(/lists\/bad\.json:1:\d+: found "dns\.example"/);
  });

  it('that is not there is refused, and a slip of the pen is named', async () => {
    expect(await refusal('lists/none.json')).toContain('c.yaml:7:25');
    expect(await refusal('defualt')).toContain('Did you mean default?');
  });

  it('that is read in vain does not keep a cutover from going on', async () => {
    const config = await read('lists/none.json');
    expect(config.orders).toHaveLength(1);
  });
});
