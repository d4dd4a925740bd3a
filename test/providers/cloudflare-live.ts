import { BaseCloudflare } from 'cloudflare/client';
import { cloudflare } from '../../providers/cloudflare/cloudflare.ts';
import { parseName } from '../../src/dns/name.ts';
import { type Key, type RRset } from '../../src/dns/rrset.ts';
import { Secret } from '../../src/secret.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { type Opened } from './backend.ts';
import { seeds } from './cloudflare-backend.ts';
import { liveVariables } from './live.ts';
import { fieldsFor, isFields } from './doubles/cloudflare-record.ts';

export interface LiveZone {
  readonly zoneId: string;
  /** Its name, so that no slip of an id empties another. */
  readonly zone: string;
  readonly token: string;
  /** For the double that stands in for the service when nobody has credentials. */
  readonly endpoint?: string;
}

/** The throw-away zone that the environment names, if somebody wants to meet the real service. */
export function liveZone(env: NodeJS.ProcessEnv): LiveZone | null {
  const named = liveVariables('Cloudflare', env);
  if (named === null) return null;
  const [zoneId = '', zone = '', token = ''] = named;
  return { zoneId, zone, token };
}

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}

/** Cloudflare's own client, past the adapter: whoever uses it is somebody else. */
function somebodyElse({ zoneId, token, endpoint }: LiveZone) {
  const baseURL = endpoint ?? 'https://api.cloudflare.com/client/v4';
  const client = new BaseCloudflare({ apiToken: token, baseURL, maxRetries: 5 });
  const path = `/zones/${zoneId}`;
  const resultOf = (body: unknown): unknown => (isFields(body) ? body['result'] : undefined);
  const all = async (): Promise<readonly Shown[]> => {
    const query = { per_page: 1000 };
    const records = resultOf(await client.get(`${path}/dns_records`, { query })) as Shown[];
    return records.filter(({ type }) => type !== 'NS');
  };
  const batch = async (deletes: readonly Shown[], sets: readonly RRset[]): Promise<void> => {
    const body = {
      deletes: deletes.map(({ id }) => ({ id })),
      posts: sets.flatMap(set => set.rdata.map(rdata => fieldsFor(set, rdata))),
    };
    if (body.deletes.length + body.posts.length > 0)
      await client.post(`${path}/dns_records/batch`, { body });
  };
  return {
    all,
    batch,
    status: async () => {
      const zone = resultOf(await client.get(path));
      return isFields(zone) ? [zone['name'], zone['status']] : [];
    },
    edit: async ({ name, type }: Key, after: RRset | null): Promise<void> => {
      const own = (await all()).filter(one => `${one.name}.` === name && one.type === type);
      await batch(own, after === null ? [] : [after]);
    },
  };
}

/** The suite's stage in a real zone: nothing can be provoked there, everything is cleaned up. */
export async function openedLive(live: LiveZone): Promise<Opened> {
  const other = somebodyElse(live);
  const [name, status] = await other.status();
  // Nobody's real zone is emptied by a slip of the pen: one in use is active.
  if (name !== live.zone || status === 'active')
    throw new Error(`${live.zoneId} is no throw-away zone ${live.zone}, to which nothing leads`);
  const { zoneId, endpoint } = live;
  const secret = async (file: string) => new Secret(Buffer.from(live.token), file);
  const provider = await cloudflare(
    'live',
    { zoneId, tokenFile: '/token', ...(endpoint === undefined ? {} : { endpoint }) },
    providerEnvironment({ secret }),
  );
  const zone = parseName(live.zone);
  await other.batch(await other.all(), seeds(zone));
  // The service counts no writes: every difference between two looks is one or more.
  let [seen, writes] = ['', 0];
  return {
    ...{ provider, zone },
    edit: other.edit,
    dump: async () =>
      (await other.all())
        .map(record => JSON.stringify({ ...record, id: '', created_on: '', modified_on: '' }))
        .sort(),
    writes: async () => {
      const now = JSON.stringify(await other.all());
      if (now !== seen) writes++;
      seen = now;
      return writes;
    },
    close: async () => {
      await other.batch(await other.all(), []);
    },
  };
}
