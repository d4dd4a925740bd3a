import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listText, readList } from '../../src/config/resolver-list.ts';
import { leftOutOf, loadResolvers } from '../../src/config/resolvers.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-mix-'));
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});
function file(name: string, rows: readonly object[]): string {
  const path = join(home, name);
  writeFileSync(path, JSON.stringify(rows));
  return path;
}
const ids = async (list: string) => (await loadResolvers(list)).map(({ id }) => id);

describe('the text of a list', () => {
  it.each([
    ['core', ['core'], []],
    ['core, ./mine.json ,-quad9', ['core', './mine.json'], ['quad9']],
    ['-quad9,-./bad.json', ['default'], ['quad9', './bad.json']],
    ['none', [], []],
    ['core,none', ['core'], []],
  ])('%s', (text, from, except) => {
    expect(readList(text)).toEqual({ from, except });
  });

  it('names files by their whole paths, and ids as they are', () => {
    const parts = { from: ['core', 'a.json'], except: ['quad9', 'b.yaml'] };
    expect(listText(parts, path => `/etc/${path}`)).toBe('core,/etc/a.json,-quad9,-/etc/b.yaml');
  });
});

describe('a mix', () => {
  it('is the one and the other, less whom it leaves out', async () => {
    const mine = file('mine.json', [{ id: 'corp', addresses: ['192.0.2.53'] }]);
    const core = await ids('core');
    expect(await ids(`core,${mine},-quad9`)).toEqual([
      ...core.filter(id => id !== 'quad9'),
      'corp',
    ]);
    expect(await ids('-quad9')).not.toContain('quad9');
    expect(leftOutOf(`core,${mine}`)).toEqual(leftOutOf('core'));
    expect(leftOutOf(mine)).toEqual([]);
  });

  it('takes the later of two rows with one id, or one address', async () => {
    const mine = file('own.json', [
      { id: 'google', addresses: ['192.0.2.8'], weight: 2 },
      { id: 'my-cloudflare', addresses: ['1.1.1.1', '1.0.0.1'] },
    ]);
    const all = await loadResolvers(`core,${mine}`);
    expect(all.filter(({ id }) => id === 'google')).toMatchObject([
      { addresses: ['192.0.2.8'], weight: 2 },
    ]);
    const cloudflare = all.find(({ id }) => id === 'cloudflare');
    expect(cloudflare?.addresses.every(one => one.includes(':'))).toBe(true);
    const addresses = all.flatMap(one => one.addresses.map(address => `${address} ${one.port}`));
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('leaves out the rows of a file, which may be empty or know others', async () => {
    const row = (id: string) => ({ id, addresses: ['192.0.2.53'] });
    const bad = file('bad.json', [row('quad9')]);
    expect(await ids(`core,-${bad}`)).not.toContain('quad9');
    expect(await ids(`core,-${file('none.json', [])}`)).toEqual(await ids('core'));
    expect(await ids(`core,-${file('else.json', [row('gone')])}`)).toEqual(await ids('core'));
  });

  it('that leaves nobody is refused', async () => {
    const mine = file('one.json', [{ id: 'a', addresses: ['192.0.2.53'] }]);
    await expect(loadResolvers(`${mine},-a`)).rejects.toThrow('none is left');
  });
});
