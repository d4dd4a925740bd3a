import { expect, it } from 'vitest';
import { isBusy, sqliteFault } from '../../src/store/sqlite-fault.ts';

it.each([
  ['ENOSPC', 'there is no room left to write the store', 'Free some space'],
  ['EROFS', 'the store cannot be written', 'the right to write'],
  ['EIO', 'the disk refused', 'df'],
])('says what %s of a file beside the store means', (code, message, fix) => {
  const error = Object.assign(new Error(`${code}: write`), { code });
  expect(isBusy(error)).toBe(false);
  expect(sqliteFault(error, '/state/owners/1')).toMatchObject({
    ...{ code: 'STORE', where: '/state/owners/1' },
    message: expect.stringContaining(message) as string,
    fix: expect.stringContaining(fix) as string,
  });
});

it('leaves alone what it has no words for', () => {
  const error = new Error('something else');
  expect(sqliteFault(error, '/state')).toBe(error);
});
