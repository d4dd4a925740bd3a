import { mailRecipients, movedOwners } from '../cutover/mail/hosts.ts';
import { type Plan } from '../cutover/plan.ts';
import { displayName, type Name, parseName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Recipient } from '../mail/conversation.ts';
import { heloFor } from '../mail/helo.ts';
import { type Probed, type ProbeTarget } from '../mail/probed.ts';
import { memoryOf } from '../probe/memory.ts';
import { probeRound, type ProbeWorld } from '../probe/round.ts';
import { comingTargets, readTarget } from '../probe/targets.ts';
import { type Server } from '../transport/transport.ts';
import { probeText } from '../view/mail/probe-text.ts';
import { probeView } from '../view/mail/probe.ts';
import { type Context } from './context.ts';
import { findCutover, findOrder } from './find.ts';
import { addressesOf, nowhere, portOf, usage, wordOf } from './mail-options.ts';
import { type MailGround, mailWorld } from './mail-world.ts';
import { testJournal } from './probe-journal.ts';
import { sendTest } from './probe-message.ts';
import { type Input, type Run } from './spec.ts';

/** Who is asked about what, and how their names are looked up. */
interface Probing extends MailGround {
  readonly domain: Name;
  readonly targets: readonly ProbeTarget[];
  readonly recipients: readonly Recipient[];
  readonly allowPrivate: boolean;
  /** The name in EHLO that was chosen; null: none was. */
  readonly helo: string | null;
}

const SMTP = 25;
const readRecipients = ({ options }: Input): readonly Recipient[] =>
  addressesOf(options['recipient']).map(address => ({ address, kind: 'listed' }));

/** Hosts that were named, of a domain that nobody has to have planned anything for. */
function named({ args }: Input, domain: string, port: number): Probing {
  if (args.length === 0)
    throw usage('which host?', 'name the hosts, or a cutover without --domain');
  const name = parseName(domain);
  return {
    domain: name,
    targets: args.map(host => ({ ...readTarget(host, port), role: 'new' })),
    recipients: [{ address: `postmaster@${displayName(name)}`, kind: 'postmaster' }],
    ...{ allowPrivate: false, zone: nowhere, servers: [] },
    authority: { replace: [], lookups: [] },
    helo: null,
  };
}

/** The hosts of what was planned, started or not. */
async function planned(context: Context, args: readonly string[]): Promise<Probing> {
  if (args.length > 1)
    throw usage('one cutover at a time', 'or name hosts, and the domain with --domain');
  const [name] = args;
  if (context.remote !== undefined) {
    if (name === undefined) throw usage('which cutover?', 'name one of those of the server');
    const { cutover: there } = await findCutover(context, name);
    return ofPlan(there.plan, there.servers, there.step);
  }
  const app = await context.app();
  const cutover = context.hasStore() && name !== undefined ? await app.find(name) : null;
  if (cutover !== null) return ofPlan(cutover.plan, cutover.servers, cutover.step);
  const { plan, survey } = await app.draft(await findOrder(context, name), context.signal);
  return ofPlan(plan, survey.delegation.servers, 0);
}

const ofPlan = (plan: Plan, servers: readonly Server[], step: number): Probing => ({
  ...{ domain: plan.domain, targets: comingTargets(plan, { step, gate: false }), servers },
  ...{
    recipients: mailRecipients(plan, movedOwners(plan)),
    allowPrivate: plan.policy.mail?.allowPrivate ?? false,
  },
  ...{ zone: plan.zone, authority: plan.authority, helo: plan.policy.mail?.helo ?? null },
});

async function probingOf(context: Context, input: Input): Promise<Probing> {
  const domain = wordOf(input.options['domain']);
  const port = portOf(input);
  const found =
    domain === null ? await planned(context, input.args) : named(input, domain, port ?? SMTP);
  const targets =
    port === null || domain !== null
      ? found.targets
      : found.targets.map(target => (target.role === 'witness' ? target : { ...target, port }));
  return {
    ...{ ...found, targets },
    recipients: [...found.recipients, ...readRecipients(input)],
    allowPrivate: found.allowPrivate || input.options['allowPrivate'] === true,
    helo: wordOf(input.options['helo']) ?? found.helo,
  };
}

interface Opened {
  readonly world: ProbeWorld;
  /** Names this place, unless the command line does. */
  readonly host: string;
}

async function opened(probing: Probing, signal: AbortSignal): Promise<Opened> {
  const { host, ...world } = await mailWorld(probing, signal);
  const memory = memoryOf(world.converse);
  return { host, world: { ...world, memory, paceMs: limits.probeHostMs } };
}

/** One look; with `--wait` a second one, once whoever greylists or defers may be asked again. */
async function lookAt(
  probing: Probing,
  { options }: Input,
  { world, host, context }: Opened & { readonly context: Context },
): Promise<Probed> {
  const { signal, terminal } = context;
  const [vantage, helo] = [wordOf(options['vantage']) ?? host, heloFor(probing.helo, host)];
  const first = await probeRound({ ...probing, vantage, helo }, world, signal);
  const again = first.addresses.flatMap(one => (one.again === null ? [] : [one.again]));
  if (options['wait'] !== true || again.length === 0) return first;
  const until = Math.max(...again);
  const minutes = Math.ceil((until - world.clock.now().wall) / 60_000);
  terminal.talk(`some hosts put us off: they are asked again in ${String(minutes)} min`);
  await world.clock.until(until + 1000, signal);
  return probeRound({ ...probing, vantage, helo }, world, signal);
}

/** The cutover that test messages belong to: with --domain the arguments are hosts. */
const cutoverOf = ({ args, options }: Input, domain: Name): string =>
  (wordOf(options['domain']) === null ? args[0] : undefined) ?? displayName(domain);

const exits = { ready: 0, 'not-ready': 3, 'cannot-tell': 69 } as const;

/** Exit 0 ready, 3 not ready, 69 it could not be judged from here. */
export const run: Run = async (context, input) => {
  const { terminal, json, signal } = context;
  const probing = await probingOf(context, input);
  if (probing.targets.length === 0)
    throw new Fault('REFUSED', 'the plan asks no mail host', {
      fix: 'name the hosts, and the domain with --domain',
    });
  const open = await opened(probing, signal);
  const { domain } = probing;
  const sends = input.options['sendTestMessage'] === true;
  const journal = sends ? await testJournal(context, cutoverOf(input, domain)) : null;
  const seen = await lookAt(probing, input, { ...open, context });
  const { converse } = open.world;
  const helo = heloFor(probing.helo, open.host);
  const from = wordOf(input.options['from']) ?? `postmaster@${displayName(domain)}`;
  const sending = { domain, from, helo, probed: seen, converse, terminal, journal };
  const probed = sends ? await sendTest(sending, signal) : seen;
  const ground = { domain, probed };
  const view = probeView(ground);
  terminal.out(json ? JSON.stringify(view) : probeText(ground, terminal.look()));
  return exits[view.verdict];
};
