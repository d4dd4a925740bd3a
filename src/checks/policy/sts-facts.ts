import { SNAPSHOT, valueAt, type Track } from '../../cutover/path.ts';
import { type Plan } from '../../cutover/plan.ts';
import { whyNobody, whyNotPublic } from '../../dns/askable.ts';
import { parseMx } from '../../dns/mx.ts';
import { displayName, type Name, parseAnyName, ROOT } from '../../dns/name.ts';
import { type FetchPolicy, type PolicyFetched } from '../../mail/probe.ts';
import {
  readStsBody,
  readStsRecord,
  type StsBody,
  type StsPolicy,
  type StsRecord,
} from '../../mail/sts-policy.ts';
import { txtText } from '../../mail/txt.ts';
import { type MailInput } from '../input.ts';

/** What one address of a policy host serves. */
export interface BodyAt {
  readonly address: string;
  readonly fetched: PolicyFetched;
  /** Read only where it came as a policy must come; else why senders pass over it. */
  readonly body: StsBody | null;
  readonly why: string;
}

/** What a domain says of MTA-STS, and what its policy host serves. */
export interface StsFacts {
  /** The name whose mail it is about; a domain below has a policy of its own (RFC 8461 3.4). */
  readonly owner: Name;
  readonly policyHost: Name;
  /** Null: nobody answered. */
  readonly record: StsRecord | null;
  /** Where aliases of the record and of the policy host lead. */
  readonly aliases: readonly Name[];
  readonly bodies: readonly BodyAt[];
  /** Why the policy host has no address that could be asked; `certain`: it has none. */
  readonly unresolved: { readonly why: string; readonly certain: boolean } | null;
  /** No TXT announces what is served, or is to: only senders that took it up before hold it, until its max_age. */
  readonly forgotten: boolean;
  readonly observed: string;
}

export const recordName = (owner: Name): Name => parseAnyName(`_mta-sts.${owner}`);
const policyHostOf = (owner: Name): Name => parseAnyName(`mta-sts.${owner}`);

export const mxTracks = ({ tracks }: Pick<Plan, 'tracks'>): readonly Track[] =>
  tracks.filter(({ type, swapped }) => type === 'MX' && swapped);

/** The prepare record that announces a policy; null where the plan writes none. */
export const idTrack = ({ tracks }: Pick<Plan, 'tracks'>, owner: Name): Track | null =>
  tracks.find(({ name, type }) => type === 'TXT' && name === recordName(owner)) ?? null;

/** Every host that mail is sent to on the way: the old ones stay in the policy until they are closed. */
export function allHosts(track: Track): readonly Name[] {
  const hosts = track.positions.flatMap(value =>
    (value?.rdata ?? []).map(rdata => parseMx(rdata).exchange),
  );
  return [...new Set(hosts)].filter(host => host !== ROOT);
}

/** The hosts that mail goes to before anything is changed. */
export const hostsBefore = (track: Track): readonly Name[] =>
  (valueAt(track, SNAPSHOT)?.rdata ?? [])
    .map(rdata => parseMx(rdata).exchange)
    .filter(host => host !== ROOT);

/** Why senders do not take what came for a policy; null where they read it (RFC 8461 3.3). */
function whyNoPolicy(fetched: Extract<PolicyFetched, { is: 'fetched' }>): string | null {
  const { status, contentType } = fetched;
  if (status >= 300 && status < 400)
    return `it answers with a redirect (HTTP ${status}), which senders must not follow`;
  if (status !== 200) return `it answers HTTP ${status}`;
  const [media = ''] = contentType.split(';');
  if (media.trim().toLowerCase() !== 'text/plain')
    return `it serves ${contentType === '' ? 'no media type' : contentType} instead of text/plain`;
  return null;
}

function read(address: string, fetched: PolicyFetched): BodyAt {
  if (fetched.is === 'failed') return { address, fetched, body: null, why: fetched.why };
  const why = whyNoPolicy(fetched);
  if (why !== null) return { address, fetched, body: null, why };
  const body = readStsBody(fetched.body);
  return { address, fetched, body, why: body.is === 'invalid' ? body.why : '' };
}

interface Found {
  readonly addresses: readonly string[];
  readonly aliases: readonly Name[];
  readonly unresolved: StsFacts['unresolved'];
}

/** Which plan, and whom to ask. */
type StsGround = Pick<MailInput, 'plan' | 'inquire' | 'fetchPolicy' | 'signal'>;

async function addressesOf({ plan, inquire }: StsGround, host: Name): Promise<Found> {
  const said = await Promise.all((['A', 'AAAA'] as const).map(type => inquire(host, type)));
  const addresses = said.flatMap(one => (one.is === 'found' ? one.rdata : []));
  const aliases = said.flatMap(one => (one.is === 'unanswered' ? [] : one.aliases));
  const [silent] = said.flatMap(one => (one.is === 'unanswered' ? [one.why] : []));
  const barred = (address: string): string | null =>
    whyNobody(address) ?? (plan.policy.mail?.allowPrivate === true ? null : whyNotPublic(address));
  const open = addresses.filter(address => barred(address) === null);
  if (open.length > 0) return { addresses: open, aliases, unresolved: null };
  const [first] = addresses;
  const why =
    first === undefined
      ? (silent ?? `${displayName(host)} has no address`)
      : `${first} is ${barred(first) ?? ''}`;
  return { addresses: [], aliases, unresolved: { why, certain: silent === undefined } };
}

const POLICY_PORT = 443;

/** Every address is asked: behind one of them may be a server that was forgotten. */
const fetchAll = (
  fetchPolicy: FetchPolicy,
  of: { readonly host: Name; readonly port: number; readonly addresses: readonly string[] },
  signal: AbortSignal,
): Promise<readonly BodyAt[]> =>
  Promise.all(
    of.addresses.map(async address =>
      read(address, await fetchPolicy({ host: of.host, address, port: of.port }, signal)),
    ),
  );

/** The record as the plan leaves it, where the plan writes it. */
function plannedRecord(plan: Plan, owner: Name): StsRecord {
  const value = idTrack(plan, owner)?.positions.at(-1) ?? null;
  return readStsRecord((value?.rdata ?? []).map(txtText));
}

/** Looks at the MTA-STS of one owner of an MX. Without a record, too: it may have been forgotten. */
export async function stsFacts(input: StsGround, owner: Name): Promise<StsFacts> {
  const { plan, inquire, fetchPolicy, signal } = input;
  const policyHost = policyHostOf(owner);
  const said = await inquire(recordName(owner), 'TXT');
  const record =
    said.is === 'unanswered'
      ? null
      : readStsRecord(said.is === 'found' ? said.rdata.map(txtText) : []);
  const words =
    said.is === 'unanswered' ? said.why : `${said.server} has ${recordWords(record)} there`;
  const observed = `${displayName(recordName(owner))} TXT: ${words}`;
  const recordAliases = said.is === 'unanswered' ? [] : said.aliases;
  const wanted = record?.is !== 'none' || plannedRecord(plan, owner).is !== 'none';
  const { addresses, aliases, unresolved } = await addressesOf(input, policyHost);
  const port = plan.policy.mail?.policyPort ?? POLICY_PORT;
  const served = await fetchAll(fetchPolicy, { host: policyHost, port, addresses }, signal);
  const bodies = wanted ? served : served.filter(binds);
  return {
    ...{ owner, policyHost, record, observed, bodies },
    ...{ unresolved: wanted ? unresolved : null, forgotten: !wanted && bodies.length > 0 },
    aliases: bodies.length > 0 || wanted ? [...recordAliases, ...aliases] : recordAliases,
  };
}

/** A TXT that is taken away withdraws no policy: whoever took it up keeps to it (RFC 8461 3.3, 5.1). */
const binds = ({ body }: BodyAt): boolean => body?.is === 'policy' && body.policy.mode !== 'none';

function recordWords(record: StsRecord | null): string {
  if (record === null || record.is === 'none') return 'no record of MTA-STS';
  return record.is === 'record' ? `id ${record.id}` : `a record that is void (${record.why})`;
}

/** The policies that are served, each once. */
export const policiesOf = ({ bodies }: StsFacts): readonly StsPolicy[] => {
  const policies = bodies.flatMap(({ body }) => (body?.is === 'policy' ? [body.policy] : []));
  return [...new Map(policies.map(policy => [JSON.stringify(policy), policy])).values()];
};

/** What senders do that have the policy: the strictest counts. `unknown`: there is one, nobody knows which. */
export function modeOf(facts: StsFacts): StsPolicy['mode'] | 'unknown' {
  if (facts.record?.is === 'none' && facts.bodies.length === 0) return 'none';
  const modes = policiesOf(facts).map(({ mode }) => mode);
  if (modes.includes('enforce')) return 'enforce';
  if (modes.includes('testing')) return 'testing';
  return modes.length > 0 ? 'none' : 'unknown';
}
