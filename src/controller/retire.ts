import { inquirer } from '../authority/inquire.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Effect } from '../cutover/effect.ts';
import { type RetireAsking } from '../cutover/mail/retire.ts';
import { type Name } from '../dns/name.ts';
import { readReply } from '../mail/classify.ts';
import { type OldHostLook } from '../mail/closed.ts';
import { heloFor } from '../mail/helo.ts';
import { askOldHosts, type AskedHost } from '../probe/old-host.ts';
import { type Run } from './effects.ts';
import { type Environment } from './environment.ts';

/** Addresses that a host was asked at before: its name may be gone while it still takes mail. */
const knownOf = ({ retire }: Cutover, host: Name): readonly string[] =>
  (retire?.look?.addresses ?? []).filter(one => one.host === host).map(({ address }) => address);

/** One look at the hosts that a cutover leaves, and where they forward, at those it goes to. */
function lookAtOldHosts(
  environment: Pick<Environment, 'ask' | 'lookups' | 'converse' | 'host'>,
  { cutover, asking }: { readonly cutover: Cutover; readonly asking: RetireAsking },
  signal: AbortSignal,
): Promise<OldHostLook> {
  const { ask, lookups: system, converse } = environment;
  const { plan, servers } = cutover;
  const { zone, authority, policy } = plan;
  const inquire = inquirer({ ask, zone, servers, authority, system, port: 53 }, signal);
  const hosts: readonly AskedHost[] = [
    ...asking.old.map(host => ({ host, role: 'old' as const, known: knownOf(cutover, host) })),
    ...asking.new.map(host => ({ host, role: 'new' as const, known: [] })),
  ];
  const { port = 25, allowPrivate = false } = policy.mail ?? {};
  const { goal, recipients } = asking;
  const helo = heloFor(policy.mail?.helo, environment.host);
  const about = { goal, hosts, recipients, port, allowPrivate, helo };
  return askOldHosts({ ...about, inquire, converse, read: readReply }, signal);
}

/** Asks until the act of settling ends; silence is an answer here, and nothing else can go wrong. */
export async function runRetire({
  environment,
  effect,
  load,
  report,
  signal,
}: Run<Extract<Effect, { do: 'retire' }>>): Promise<void> {
  for (;;) {
    const of = { cutover: await load(), asking: effect };
    await report({ type: 'old-host', look: await lookAtOldHosts(environment, of, signal) });
    await environment.clock.sleep(effect.everyMs, signal);
  }
}
