import { waveText, waveView } from '../../view/wave.ts';
import { type Run } from '../spec.ts';
import { readWaves } from './members.ts';

export const run: Run = async context => {
  const { terminal, json } = context;
  const view = waveView(await readWaves(context), Date.now());
  terminal.out(json ? JSON.stringify(view) : waveText(view, terminal.look()));
  return 0;
};
