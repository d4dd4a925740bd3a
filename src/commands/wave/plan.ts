import { waveText, waveView } from '../../view/wave.ts';
import { type Run } from '../spec.ts';
import { planWaves } from './members.ts';
import { tellWarnings } from '../warnings.ts';

export const run: Run = async context => {
  const { terminal, json } = context;
  await tellWarnings(context);
  const planned = await planWaves(context);
  const view = waveView(planned, (await context.app()).environment.clock.now().wall);
  terminal.out(json ? JSON.stringify(view) : waveText(view, terminal.look()));
  return planned.hash === null ? 3 : 0;
};
