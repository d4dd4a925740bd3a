import { askingOf } from '../cutover/mail/retire.ts';
import { type Plan } from '../cutover/plan.ts';
import { isAddress } from '../dns/address.ts';
import { displayName, parseName, type Name } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { type Recipient } from '../mail/conversation.ts';
import { heloFor } from '../mail/helo.ts';
import { type AskedHost } from '../probe/old-host.ts';
import { type Server } from '../transport/transport.ts';
import { closedText, closedView } from '../view/mail/closed.ts';
import { type Context } from './context.ts';
import { findOrder } from './find.ts';
import { addressesOf, nowhere, portOf, usage, wordOf } from './mail-options.ts';
import { type MailGround, mailWorld } from './mail-world.ts';
import { type Input, type Run } from './spec.ts';

/** Who is asked about what. */
interface Target extends MailGround {
  readonly domain: Name;
  readonly goal: 'refuses' | 'forwards';
  readonly hosts: readonly AskedHost[];
  readonly recipients: readonly Recipient[];
  readonly port: number;
  readonly allowPrivate: boolean;
  /** The name in EHLO that was chosen; null: none was. */
  readonly helo: string | null;
}

const readRecipients = ({ options }: Input): readonly Recipient[] => [
  ...addressesOf(options['former']).map((address): Recipient => ({ address, kind: 'former' })),
  ...addressesOf(options['recipient']).map((address): Recipient => ({ address, kind: 'listed' })),
];

/** A host by name or address. */
const hostOf = (text: string): AskedHost => {
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  const host = isAddress(bare) ? (`${bare}.` as Name) : parseName(text);
  return { host, role: 'old', known: [] };
};

/** Hosts that were named, of a domain that nobody has to have planned anything for. */
function named({ args, options }: Input, domain: string): Omit<Target, 'recipients'> {
  if (args.length === 0)
    throw usage('which host?', 'name the old hosts, or a cutover without --domain');
  const authority = { replace: [], lookups: [] };
  return {
    ...{ domain: parseName(domain), goal: 'refuses', hosts: args.map(hostOf), port: 25 },
    ...{ allowPrivate: options['allowPrivate'] === true, helo: null },
    ...{ zone: nowhere, servers: [], authority },
  };
}

/** What was planned, started or not; a cutover that has ended counts. */
async function plannedFor(context: Context, args: readonly string[]) {
  if (args.length > 1)
    throw usage('one cutover at a time', 'or name hosts, and the domain with --domain');
  const [name] = args;
  const app = context.hasStore() && name !== undefined ? await context.app() : null;
  const cutover = app === null || name === undefined ? null : await app.find(name);
  if (cutover !== null) return { plan: cutover.plan, servers: cutover.servers };
  const order = await findOrder(context, name);
  const { plan, survey } = await (await context.app()).draft(order, context.signal);
  return { plan, servers: survey.delegation.servers };
}

function ofPlan(
  { plan, servers }: { readonly plan: Plan; readonly servers: readonly Server[] },
  { options }: Input,
): Target {
  const asking = askingOf(plan);
  if (asking === null)
    throw new Fault(
      'REFUSED',
      `the plan for ${displayName(plan.domain)} leaves no host, or names no test recipient`,
      { fix: 'set retire.forwards, or name the host, and the domain with --domain' },
    );
  const { goal, recipients } = asking;
  const { port = 25, allowPrivate = false, helo = null } = plan.policy.mail ?? {};
  const hosts: readonly AskedHost[] = [
    ...asking.old.map(host => ({ host, role: 'old' as const, known: [] })),
    ...asking.new.map(host => ({ host, role: 'new' as const, known: [] })),
  ];
  return {
    ...{ domain: plan.domain, goal, hosts, recipients, port, servers, zone: plan.zone },
    allowPrivate: allowPrivate || options['allowPrivate'] === true,
    authority: plan.authority,
    helo,
  };
}

async function targetOf(context: Context, input: Input): Promise<Target> {
  const domain = wordOf(input.options['domain']);
  const added = readRecipients(input);
  const port = portOf(input);
  const found =
    domain === null
      ? ofPlan(await plannedFor(context, input.args), input)
      : { ...named(input, domain), recipients: [postmaster(domain)] };
  const recipients = recipientsFor(found, added);
  const helo = wordOf(input.options['helo']) ?? found.helo;
  return { ...found, recipients, helo, port: port ?? found.port };
}

/** Of forwarding one recipient is the test, and nobody else's acceptance proves anything. */
function recipientsFor(
  { goal, recipients }: Pick<Target, 'goal' | 'recipients'>,
  added: readonly Recipient[],
): readonly Recipient[] {
  if (goal === 'refuses') return [...added, ...recipients].slice(0, limits.retireRecipients);
  if (added.some(({ kind }) => kind === 'former'))
    throw usage(
      '--former asks whether an old host refuses, and this one is to forward',
      'name the test recipient with --recipient, or the host with --domain',
    );
  return (added.length === 0 ? recipients : added).slice(0, 1);
}

const postmaster = (domain: string): Recipient => ({
  address: `postmaster@${displayName(parseName(domain))}`,
  kind: 'postmaster',
});

async function lookAt(target: Target, signal: AbortSignal) {
  const [{ askOldHosts }, { readReply }, { host, clock, inquire, converse }] = await Promise.all([
    import('../probe/old-host.ts'),
    import('../mail/classify.ts'),
    mailWorld(target, signal),
  ]);
  const helo = heloFor(target.helo, host);
  const asking = { ...target, helo, inquire, converse, read: readReply };
  const look = await askOldHosts(asking, signal);
  return { look, at: clock.now().wall };
}

/** Exit 0 closed, 3 open, 69 not proven. */
export const run: Run = async (context, input) => {
  const { terminal, json, signal } = context;
  const target = await targetOf(context, input);
  const seen = await lookAt(target, signal);
  const ground = { ...target, ...seen };
  terminal.out(json ? JSON.stringify(closedView(ground)) : closedText(ground, terminal.look()));
  const { holds } = seen.look;
  return holds === null ? 69 : holds ? 0 : 3;
};
