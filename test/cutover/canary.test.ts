import { expect, it } from 'vitest';
import { canaryRRset } from '../../src/cutover/canary.ts';
import { commands } from './commands.ts';
import { reach } from './drive.ts';
import { give, newPlay, running } from './play.ts';
import { settings } from './settings.ts';
import { wordsOf } from './words.ts';

it('what a dead run left behind is not touched, and is called by its name', () => {
  const play = newPlay();
  settings['watch']!(play, wordsOf('resolvers=default canary=on'));
  commands['start']!(play, wordsOf(''));
  reach(play, 'drain');
  const state = running(play);
  const found = canaryRRset({ ...state, run: 'run-z' }, 'second');
  const differences = [{ key: 'x', expected: null, found, source: 'onprem' }];
  give(play, { type: 'settled', intent: 'c1', settlement: { is: 'conflict', differences } });
  const { canary, hold } = running(play);
  expect(canary).toMatchObject({
    ...{ stands: 'nothing', intent: null },
    over: 'the canary of run run-z stands at *._dns-cutover.example.org.: if that run is dead, remove it by hand',
  });
  expect(hold).toBeNull();
});
