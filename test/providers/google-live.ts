import { DNS } from '@google-cloud/dns';
import { google } from '../../providers/google/google.ts';
import { type Name, parseName } from '../../src/dns/name.ts';
import { type Key, type RRset } from '../../src/dns/rrset.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { never, type Opened } from './backend.ts';
import { seeds } from './google-backend.ts';
import { liveVariables, THROW_AWAY } from './live.ts';

export interface LiveZone {
  readonly project: string;
  /** A managed zone that may be emptied: everything in it but SOA and NS is deleted, before and after. */
  readonly zone: string;
  /** For the double that stands in for the service when nobody has credentials. */
  readonly endpoint?: string;
}

/** The throw-away zone that the environment names, if somebody wants to meet the real service. */
export function liveZone(env: NodeJS.ProcessEnv): LiveZone | null {
  const named = liveVariables('Google', env);
  if (named === null) return null;
  const [project = '', zone = ''] = named;
  // Nobody's real zone is emptied by a slip of the pen.
  if (!zone.startsWith(THROW_AWAY))
    throw new Error(`LIVE_GOOGLE_ZONE must begin with ${THROW_AWAY}: everything in it is deleted`);
  return { project, zone };
}

/** Google's own client, past the adapter: whoever uses it is somebody else. */
function somebodyElse({ project, zone, endpoint }: LiveZone) {
  const dns = new DNS({ projectId: project });
  if (endpoint !== undefined) dns.baseUrl = `${endpoint}/dns/v1`;
  const managed = dns.zone(zone);
  const recordOf = ({ name, type, ttl, rdata }: RRset) =>
    managed.record(type.toLowerCase(), { name, ttl, data: [...rdata] });
  const all = async () => {
    const [records] = await managed.getRecords();
    return records.filter(({ type }) => type !== 'SOA' && type !== 'NS');
  };
  return {
    apex: async (): Promise<Name> => {
      const { dnsName } = (await managed.getMetadata())[0] as { readonly dnsName: string };
      return parseName(dnsName);
    },
    edit: async ({ name, type }: Key, after: RRset | null): Promise<void> => {
      const [there] = await managed.getRecords({ name, type });
      const add = after === null ? [] : [recordOf(after)];
      if (there.length + add.length > 0) await managed.createChange({ delete: there, add });
    },
    add: async (sets: readonly RRset[]): Promise<void> => {
      await managed.createChange({ add: sets.map(recordOf) });
    },
    empty: async (): Promise<void> => {
      const records = await all();
      if (records.length > 0) await managed.createChange({ delete: records });
    },
    dump: async (): Promise<readonly string[]> =>
      (await all())
        .map(({ type, metadata, data }) =>
          JSON.stringify([metadata.name, type, metadata.ttl, data]),
        )
        .sort(),
    changes: async (): Promise<number> => (await managed.getChanges())[0].length,
  };
}

/** The suite's stage in a real zone: nothing can be provoked there, everything is cleaned up. */
export async function openedLive(live: LiveZone): Promise<Opened> {
  const { project, zone, endpoint } = live;
  const other = somebodyElse(live);
  const settings = { project, zone, ...(endpoint === undefined ? {} : { endpoint }) };
  const provider = await google('live', settings, providerEnvironment());
  const apex = await other.apex();
  await other.empty();
  await other.add(seeds(apex));
  const began = await other.changes();
  return {
    ...{ provider, zone: await provider.zone(apex, never()) },
    edit: other.edit,
    dump: other.dump,
    writes: async () => (await other.changes()) - began,
    close: other.empty,
  };
}
