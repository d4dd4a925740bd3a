import { inquirer } from '../authority/inquire.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Effect } from '../cutover/effect.ts';
import { elapsed } from '../cutover/elapsed.ts';
import { limits } from '../limits.ts';
import { type Now } from '../clock.ts';
import { type ProbeRound } from '../mail/probe.ts';
import { type ProbeTarget } from '../mail/probed.ts';
import { strangerTo, witnessTargets } from '../probe/targets.ts';
import { daneBroken } from './dane-state.ts';
import { type Run } from './effects.ts';
import { type Environment } from './environment.ts';
import { probeHosts } from './probing.ts';
import { stsState } from './sts-state.ts';

type ProbeEffect = Extract<Effect, { do: 'probe' }>;

const SMTP = 25;

/**
 * Third hosts prove that this machine reaches strangers, in the very round in which a new host does not
 * answer. Where none is named a large one is greeted; a closed network has none but those that are named.
 */
function targetsOf({ plan }: Cutover, { hosts }: ProbeEffect): readonly ProbeTarget[] {
  const { port = SMTP, allowPrivate = false, witnesses = [] } = plan.policy.mail ?? {};
  const open = witnesses.length === 0 && port === SMTP && !allowPrivate;
  const known = open
    ? strangerTo(hosts.map(({ host }) => host)).map((host): ProbeTarget => ({
        host,
        role: 'witness',
        port,
      }))
    : witnessTargets({ witnesses, port });
  return [...hosts.map(({ host, role }): ProbeTarget => ({ host, role, port })), ...known];
}

/** What is looked up seldom: nobody changes a policy from minute to minute. */
interface Sts {
  readonly is: ProbeRound['sts'];
  readonly at: Now;
}

interface Looked {
  readonly round: ProbeRound;
  readonly sts: Sts;
}

/** One look at every host, and at the policy that senders hold them against. */
async function look(
  environment: Environment,
  { cutover, effect, known }: { cutover: Cutover; effect: ProbeEffect; known: Sts | null },
  signal: AbortSignal,
): Promise<Looked> {
  const { ask, lookups: system, clock } = environment;
  const { plan, servers } = cutover;
  const { zone, authority } = plan;
  const inquire = inquirer({ ask, zone, servers, authority, system, port: 53 }, signal);
  const targets = targetsOf(cutover, effect);
  const { recipients } = effect;
  const probed = await probeHosts(environment, { plan, targets, recipients, inquire }, signal);
  const fresh = effect.hosts.filter(({ role }) => role === 'new').map(({ host }) => host);
  const stale = known === null || elapsed(known.at, clock.now()).ms >= limits.stsLookMs;
  const ground = { plan, inquire, fetchPolicy: environment.fetchPolicy, signal };
  const sts = stale ? { is: await stsState(ground, fresh), at: clock.now() } : known;
  const dane = await daneBroken(probed, inquire);
  return { round: { ...probed.round, sts: sts.is, dane }, sts };
}

/**
 * Looks at all mail hosts, a round each `everyMs`. Whoever takes over cannot know when somebody looked last, and
 * waits a whole pause: a machine that restarts again and again bothers nobody.
 */
export async function runProbe(
  { environment, effect, load, report, signal }: Run<ProbeEffect>,
  persist: <T>(attempt: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const { clock } = environment;
  const over = (): boolean => effect.until !== null && clock.now().wall >= effect.until;
  let sts: Sts | null = null;
  if ((await load()).mail.looked) await clock.sleep(effect.everyMs, signal);
  for (;;) {
    const known: Sts | null = sts;
    if (!over()) {
      const looked: Looked = await persist(async () =>
        look(environment, { cutover: await load(), effect, known }, signal),
      );
      sts = looked.sts;
      await report({ type: 'probed', round: looked.round });
    }
    await clock.sleep(effect.everyMs, signal);
  }
}
