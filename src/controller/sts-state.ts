import { allHosts, modeOf, mxTracks, policiesOf, stsFacts } from '../checks/policy/sts-facts.ts';
import { type MailInput } from '../checks/input.ts';
import { type Track } from '../cutover/path.ts';
import { type Name } from '../dns/name.ts';
import { type ProbeRound } from '../mail/probe.ts';
import { coveredBy } from '../mail/sts-match.ts';

type Sts = ProbeRound['sts'];
type StsGround = Pick<MailInput, 'plan' | 'inquire' | 'fetchPolicy' | 'signal'>;

/** The policy of one owner. Of several that are served a sender may get any, so that each must fit. */
async function stateOf(ground: StsGround, track: Track, hosts: readonly Name[]): Promise<Sts> {
  const facts = await stsFacts(ground, track.name);
  if (facts.record !== null && facts.record.is !== 'record') return 'none';
  const mode = modeOf(facts);
  if (facts.record === null || mode === 'unknown') return 'unknown';
  const enforced = policiesOf(facts).filter(policy => policy.mode === 'enforce');
  const own = allHosts(track).filter(host => hosts.includes(host));
  return enforced.every(({ mx }) => own.every(host => coveredBy(host, mx))) ? 'fits' : 'breaks';
}

/** What is worse for mail stands first. */
const order: readonly Sts[] = ['breaks', 'unknown', 'fits', 'none'];

/**
 * Would senders that enforce the policies as they are served now deliver to these hosts? One in another mode than
 * `enforce` keeps nobody from it (RFC 8461 5). Senders may hold an older one: its order is the plan's matter.
 */
export async function stsState(ground: StsGround, hosts: readonly Name[]): Promise<Sts> {
  const tracks = mxTracks(ground.plan);
  const states = await Promise.all(tracks.map(track => stateOf(ground, track, hosts)));
  return order.find(one => states.includes(one)) ?? 'none';
}
