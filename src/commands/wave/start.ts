import { type App } from '../../app.ts';
import { type Entry } from '../../cutover/line.ts';
import { type NextWave } from '../../cutover/wave.ts';
import { Fault } from '../../errors.ts';
import { eventOf, eventText } from '../../view/events.ts';
import { timeText } from '../../view/words.ts';
import { nextWaveText, waveText, waveView, type WaveView } from '../../view/wave.ts';
import { type Context } from '../context.ts';
import { follow } from '../follow.ts';
import { ownOrStandBy } from '../drive.ts';
import { acceptances, textOption } from '../parse.ts';
import { type Run } from '../spec.ts';
import { driveWaves, waveCode } from './drive.ts';
import { planWaves } from './members.ts';
import { tellWarnings } from '../warnings.ts';

/** On a terminal the whole is shown and its number of domains asked for; elsewhere the hash must be given. */
async function agreed(context: Context, view: WaveView, given: string | null): Promise<void> {
  const { terminal } = context;
  const unplanned = view.domains.find(({ hash }) => hash === null);
  if (view.hash === null)
    throw new Fault('CHECK_FAILED', `${unplanned?.domain ?? ''}: ${unplanned?.why ?? ''}`, {
      fix: 'mend it, or take the domain out of the file; dns-cutover wave plan shows all of them',
    });
  const plain = (hash: string): string => hash.replaceAll('-', '');
  if (given !== null) {
    if (plain(given) === plain(view.hash)) return;
    throw new Fault('CONFLICT', `the waves are ${view.hash}, not ${given}`, {
      where: '--plan-hash',
      fix: 'the configuration or a zone changed since they were planned: look at dns-cutover wave plan',
    });
  }
  if (!terminal.interactive)
    throw new Fault('USAGE', 'which plan? A start needs the hash of the whole', {
      where: '--plan-hash',
      fix: 'dns-cutover wave plan prints it',
    });
  terminal.talk(waveText(view, terminal.look()));
  const number = String(view.domains.length);
  const typed = await terminal.question(`Type ${number} to start these ${number} domains: `);
  if (typed !== number)
    throw new Fault('REFUSED', 'nothing was started', { fix: `type ${number} next time` });
}

/** The lines of many cutovers, each with the name of its own. */
function printer({ terminal, json }: Context, app: App): (entry: Entry) => void {
  const { epoch } = app.environment.store;
  return entry => {
    if (json) terminal.out(JSON.stringify(eventOf(entry, epoch)));
    else terminal.out(`${entry.cutover}  ${eventText(entry, terminal.look())}`);
  };
}

/** Owns one cutover, or stands by where another process does, and prints its lines. */
async function runOne(
  context: Context,
  { app, id, since }: { readonly app: App; readonly id: string; readonly since: number },
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const onEntry = printer(context, app);
  const until = ({ outcome }: { readonly outcome: unknown }): boolean => outcome !== null;
  const following = follow(app, id, { since, onEntry, until, signal: either });
  const owning = ownOrStandBy(context, { app, id }, either);
  try {
    await Promise.all([
      following.finally(() => {
        stop.abort();
      }),
      owning,
    ]);
  } finally {
    stop.abort();
    await Promise.allSettled([following, owning]);
  }
}

export const run: Run = async (context, input) => {
  const { terminal, json, signal, user } = context;
  const accept = acceptances(input);
  await tellWarnings(context);
  const planned = await planWaves(context);
  const app = await context.app();
  const { clock } = app.environment;
  await agreed(context, waveView(planned, clock.now().wall), textOption(input, 'planHash'));
  const { orders } = await context.config();
  let told = '';
  const tell = (next: NextWave): void => {
    const text = nextWaveText(next, at => timeText(at, terminal.look().zone));
    if (text !== told && !json) terminal.talk(text);
    told = text;
  };
  const members = await driveWaves(
    {
      ...{ app, orders, accept, tell, by: user, waves: planned.waves },
      agreed: new Map(planned.rows.map(({ member, hash }) => [member.domain, hash ?? ''])),
      control: (id, since, stop) => runOne(context, { app, id, since }, stop),
    },
    signal,
  );
  return waveCode(members);
};
