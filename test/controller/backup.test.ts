import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backupSnapshot } from '../../src/controller/backup.ts';
import { type Cutover } from '../../src/cutover/cutover.ts';
import { type Survey } from '../../src/cutover/survey.ts';
import { keyText, rrset } from '../../src/dns/rrset.ts';
import { exampleZone } from '../../src/rehearsal/example.ts';
import { backupTo } from '../../src/machine/backup.ts';
import { openSite } from './site.ts';
import { plan } from './settle-play.ts';

/** What stood there, with this TTL everywhere. */
const surveyed = (ttl: number) =>
  ({
    hosted: Object.fromEntries(
      exampleZone.map(one => [
        keyText(one),
        { rrset: rrset({ ...one, ttl }), extras: null, token: null },
      ]),
    ),
    round: { readings: [] },
  }) as unknown as Survey;

it('never replaces the undo of another run, whose state directory counted from one, too', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'backup-'));
  try {
    const environment = { ...openSite().environment, backup: backupTo([directory]) };
    const keep = (run: string, ttl: number) =>
      backupSnapshot(environment, { id: 'example.org.1', run, plan } as Cutover, surveyed(ttl));
    await keep('aaaa', 7200);
    await keep('bbbb', 300);
    const names = await readdir(directory);
    expect(names.sort()).toEqual([
      'example.org.1.aaaa.snapshot.json',
      'example.org.1.aaaa.undo.txt',
      'example.org.1.bbbb.snapshot.json',
      'example.org.1.bbbb.undo.txt',
    ]);
    const undo = (run: string) =>
      readFile(join(directory, `example.org.1.${run}.undo.txt`), 'utf8');
    expect(await undo('aaaa')).toContain(' 7200 ');
    expect(await undo('bbbb')).toContain(' 300 ');
    // A run that was restarted in its survey writes its own again.
    await keep('bbbb', 301);
    expect(await undo('bbbb')).toContain(' 301 ');
    expect(await readdir(directory)).toHaveLength(4);
  } finally {
    await rm(directory, { recursive: true });
  }
});
