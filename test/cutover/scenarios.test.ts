import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBlocks, writeBlocks, type Block } from '../support/scenario.ts';
import { commands } from './commands.ts';
import { newPlay, tellDue, type Play } from './play.ts';
import { settings } from './settings.ts';
import { wordsOf } from './words.ts';

const folder = join(import.meta.dirname, '../scenarios');
const update = process.env['UPDATE'] === '1';

function perform(play: Play, line: string): void {
  const [verb = ''] = line.split(' ');
  const command = commands[verb] ?? settings[verb];
  if (command === undefined) throw new Error(`no command is called ${verb}: ${line}`);
  command(play, wordsOf(line.slice(verb.length).trim()));
}

function playBlock(play: Play, block: Block): Block {
  play.told = [];
  for (const line of block.commands) perform(play, line);
  tellDue(play);
  return { ...block, expected: play.told };
}

describe('scenarios', () => {
  const names = readdirSync(folder).filter(name => name.endsWith('.txt'));

  it('there are at least twenty', () => {
    expect(names.length).toBeGreaterThanOrEqual(20);
  });

  it.each(names)('%s', name => {
    const path = join(folder, name);
    const written = readFileSync(path, 'utf8');
    const play = newPlay();
    const played = writeBlocks(readBlocks(written).map(block => playBlock(play, block)));
    if (update) writeFileSync(path, played);
    else expect(played).toBe(written);
  });
});
