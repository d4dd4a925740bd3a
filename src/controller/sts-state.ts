import { displayName, parseName, type Name } from '../dns/name.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { type FetchPolicy, type ProbeRound } from '../mail/probe.ts';
import { readStsBody, readStsRecord } from '../mail/sts-policy.ts';
import { coveredBy } from '../mail/sts-match.ts';
import { txtText } from '../mail/txt.ts';

const HTTPS = 443;

/** The first body that an address of the policy host gives; null: none did. */
async function bodyOf(
  { host, port }: { readonly host: Name; readonly port: number },
  { inquire, fetchPolicy }: { readonly inquire: Inquire; readonly fetchPolicy: FetchPolicy },
  signal: AbortSignal,
): Promise<string | null> {
  for (const type of ['A', 'AAAA'] as const) {
    const found = await inquire(host, type);
    for (const address of found.is === 'found' ? found.rdata : []) {
      const fetched = await fetchPolicy({ host, address, port }, signal);
      if (fetched.is === 'fetched' && fetched.status === 200) return fetched.body;
    }
  }
  return null;
}

/**
 * Would senders that enforce the policy as it is served now deliver to these hosts? One in another mode than
 * `enforce` keeps nobody from it (RFC 8461 5). Senders may hold an older one: its order is the plan's matter.
 */
export async function stsState(
  {
    domain,
    hosts,
    port = HTTPS,
  }: { readonly domain: Name; readonly hosts: readonly Name[]; readonly port?: number | undefined },
  tools: { readonly inquire: Inquire; readonly fetchPolicy: FetchPolicy },
  signal: AbortSignal,
): Promise<ProbeRound['sts']> {
  const under = (label: string): Name => parseName(`${label}.${displayName(domain)}`);
  const texts = await tools.inquire(under('_mta-sts'), 'TXT');
  if (texts.is === 'unanswered') return 'unknown';
  if (texts.is === 'absent' || readStsRecord(texts.rdata.map(txtText)).is !== 'record')
    return 'none';
  const body = await bodyOf({ host: under('mta-sts'), port }, tools, signal);
  const read = body === null ? null : readStsBody(body);
  if (read?.is !== 'policy') return 'unknown';
  const { mode, mx } = read.policy;
  if (mode !== 'enforce') return 'fits';
  return hosts.every(host => coveredBy(displayName(host), mx)) ? 'fits' : 'breaks';
}
