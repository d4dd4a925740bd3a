import { type Name, parseName } from '../dns/name.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { type Conversation } from '../mail/conversation.ts';
import { type ProbedAddress, type ProbeTarget } from '../mail/probed.ts';
import { placesOf } from './places.ts';
import { talk, type ProbeTools } from './talk.ts';

/** Whether this place reaches port 25 of strangers, and who was tried for it. */
export interface Egress {
  readonly egress: 'open' | 'blocked' | 'unknown';
  readonly selfTest: readonly Conversation[];
}

/** A large host of somebody who has nothing to do with either side, which answers everybody. */
export const wellKnown: readonly Name[] = [parseName('aspmx.l.google.com')];
export const SMTP = 25;
/** So many others must be silent before that is laid to this machine. */
const ENOUGH = 2;

/**
 * Whoever greets proves that connections come through. A refusal may be a firewall's own, and so may be an end
 * without a word: some take the connection in the place of the host.
 */
const greeted = ({ banner }: Conversation): boolean => banner !== null;
const mute = ({ end, banner }: Conversation): boolean => banner === null && end !== 'no-family';

/** The others that can show it: hosts that this look was not about. */
const others = (addresses: readonly ProbedAddress[]): readonly Conversation[] =>
  addresses.filter(({ role }) => role !== 'new').map(({ conversation }) => conversation);

interface EgressTools extends ProbeTools {
  readonly inquire: Inquire;
  readonly wellKnown: readonly Name[];
  /** The name in EHLO. */
  readonly helo: string;
}

/**
 * Clouds and access networks block connections to port 25 without a word. Where a new host does not answer
 * and nobody else greeted either, a well-known host is tried: when at least two others are silent as
 * well, it is this machine that cannot judge.
 */
export async function egressOf(
  addresses: readonly ProbedAddress[],
  tools: EgressTools,
  signal: AbortSignal,
): Promise<Egress> {
  const said = addresses.map(({ conversation }) => conversation);
  if (said.some(greeted)) return { egress: 'open', selfTest: [] };
  const silent = said.filter(mute);
  if (silent.length === 0) return { egress: 'unknown', selfTest: [] };
  const port = silent[0]?.port ?? SMTP;
  const selfTest = port === SMTP ? await tried(tools, signal) : [];
  if (selfTest.some(greeted)) return { egress: 'open', selfTest };
  const known = [...others(addresses), ...selfTest].filter(mute);
  const distinct = new Set(known.map(({ host, address }) => `${host} ${address}`));
  return { egress: distinct.size >= ENOUGH ? 'blocked' : 'unknown', selfTest };
}

/** One address of each family of the well-known hosts, without asking for any recipient. */
async function tried(
  { inquire, wellKnown: hosts, helo, ...tools }: EgressTools,
  signal: AbortSignal,
): Promise<readonly Conversation[]> {
  const targets = hosts.map((host): ProbeTarget => ({ host, role: 'witness', port: SMTP }));
  const places = await Promise.all(
    targets.map(target => placesOf(target, { inquire, allowPrivate: false })),
  );
  const chosen = places.flatMap(({ target, addresses }) => {
    const four = addresses.find(one => !one.includes(':'));
    const six = addresses.find(one => one.includes(':'));
    return [four, six].flatMap(address => (address === undefined ? [] : [{ target, address }]));
  });
  const looks = await Promise.all(
    chosen.map(({ target, address }) => {
      const { host, port } = target;
      const approach = { host, port, address, helo, recipients: [], message: null };
      return talk({ target, approach }, tools, signal);
    }),
  );
  return looks.map(({ conversation }) => conversation);
}
