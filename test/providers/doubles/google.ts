/*
 * Google Cloud DNS, as far as an adapter can see it: the paths and fields of the discovery document of
 * API v1 (https://dns.googleapis.com/$discovery/rest?version=v1), with the refusals of
 * google-errors.ts. It keeps zones, compares changes letter by letter and publishes what it took,
 * later if asked to.
 */
import { type Name, parseName } from '../../../src/dns/name.ts';
import { formatRRset, type RRset } from '../../../src/dns/rrset.ts';
import { type Double, type SeedZone } from './double.ts';
import { backendError, internalError, invalidCredentials, refuse } from './google-errors.ts';
import { throttled, throttledAsForbidden } from './google-errors.ts';
import { serveGoogle } from './google-api.ts';
import { googleTokens, type Tokens } from './google-tokens.ts';
import { canonical, heldFrom, type HeldSet, openZone, put, type ZoneSeed } from './google-zone.ts';
import { listen, type Service } from './listen.ts';
import { mischief, type MischiefOptions } from './mischief.ts';

export interface GoogleOptions {
  readonly zones: readonly SeedZone[];
  /** Zones besides: private ones, or a second one of the same domain name. */
  readonly more?: readonly (SeedZone & Partial<ZoneSeed>)[];
  readonly project?: string;
  readonly mischief?: Partial<MischiefOptions>;
  /** How long `published` trails the API; "done" does not wait for it, as the documentation warns. */
  readonly lagMs?: number;
  /** Asks for a change that are answered with "pending" before it is "done". */
  readonly pendingAsks?: number;
  readonly pageSize?: number;
  /** Additions, and deletions, that one change may have. */
  readonly perChange?: number;
  readonly retryAfterSeconds?: number;
  /** Rights that nobody needs for a cutover are granted as well. */
  readonly excess?: boolean;
}

export interface GoogleDouble extends Double {
  readonly project: string;
  readonly tokens: Tokens;
  /** Must never show anywhere. */
  readonly accessToken: string;
  /** What a process needs so that the default chain finds its credentials here: the metadata server. */
  readonly env: Readonly<Record<string, string>>;
  /** A file for GOOGLE_APPLICATION_CREDENTIALS whose tokens come from here: an external account. */
  readonly credentialsFile: string;
  /** The managed zone's own name. */
  managedZone(zone: Name): string;
  nameServers(zone: Name): readonly Name[];
  /** A set in exactly this spelling, or with a routing policy. */
  hold(zone: Name, set: HeldSet): void;
  /** Every set, also those that are hidden from `published`, as the API holds them. */
  held(zone: Name): readonly HeldSet[];
  /** The zone is deleted, by somebody else. */
  drop(zone: Name): void;
}

/** The four servers of one of Google's sets of name servers. */
export const googleServers = (letter: string): readonly Name[] =>
  [1, 2, 3, 4].map(index => parseName(`ns-cloud-${letter}${index}.googledomains.com`));

const managedName = (apex: Name): string =>
  `z-${apex
    .slice(0, -1)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)}`;

const publicOnly = (sets: readonly HeldSet[], apex: Name): readonly RRset[] =>
  sets
    .filter(set => set.routingPolicy === undefined)
    .filter(({ name, type }) => type !== 'SOA' && !(type === 'NS' && name === apex))
    .map(canonical)
    .sort((one, other) => (formatRRset(one) < formatRRset(other) ? -1 : 1));

function openState({ zones, more = [] }: GoogleOptions) {
  const seeds: readonly (SeedZone & Partial<ZoneSeed>)[] = [...zones, ...more];
  return seeds.map(({ apex, sets, ...seed }) =>
    openZone(
      { ...{ apex, name: managedName(apex), nameServers: googleServers('a') }, ...seed },
      sets,
    ),
  );
}

/** What is served trails what the API holds. */
function publishing(lagMs: number, listeners: ReadonlySet<(zone: Name) => void>) {
  const shown = new Map<Name, readonly HeldSet[]>();
  const timers = new Set<NodeJS.Timeout>();
  return {
    of: (apex: Name) => shown.get(apex) ?? [],
    begin: (apex: Name, sets: readonly HeldSet[]) => shown.set(apex, sets),
    publish: (apex: Name, sets: readonly HeldSet[]) => {
      const show = () => {
        shown.set(apex, sets);
        for (const listener of listeners) listener(apex);
      };
      if (lagMs === 0) {
        show();
        return;
      }
      const timer = setTimeout(() => {
        timers.delete(timer);
        show();
      }, lagMs);
      timers.add(timer);
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Troubles in the service's own words; both known forms in turn. */
function troubleOf(retryAfterSeconds: number): Service['trouble'] {
  let turn = 0;
  return kind => {
    turn += 1;
    switch (kind) {
      case 'unauthorized':
        return refuse([invalidCredentials]);
      case 'server error':
        return refuse([turn % 2 === 0 ? internalError : backendError]);
      case 'throttled':
        return refuse([turn % 2 === 0 ? throttledAsForbidden : throttled]);
      case 'throttled with retry-after':
        return refuse([throttled], { 'retry-after': String(retryAfterSeconds) });
    }
  };
}

export async function googleDouble(options: GoogleOptions): Promise<GoogleDouble> {
  const { project = 'mail-dns-4711', lagMs = 0, retryAfterSeconds = 1 } = options;
  const accessToken = 'ya29.c.canary-access-token-of-the-double';
  const zones = openState(options);
  const listeners = new Set<(zone: Name) => void>();
  const served = publishing(lagMs, listeners);
  for (const zone of zones)
    if (zone.hidden === undefined) served.begin(zone.apex, [...zone.sets.values()]);
  const control = {
    rights: 'full' as 'full' | 'read only' | 'none',
    aimed: null as (() => void) | null,
  };
  const stateOf = (apex: Name) => {
    const zone = zones.find(one => one.apex === apex && one.hidden === undefined);
    if (zone === undefined) throw new Error(`the double has no zone ${apex}`);
    return zone;
  };
  const changed = (apex: Name): void => {
    served.publish(apex, [...stateOf(apex).sets.values()]);
  };
  const tokens = await googleTokens(accessToken, project);
  const service = serveGoogle({
    ...{ zones, project, accessToken, control, changed, options },
  });
  const trouble = mischief(options.mischief);
  const listening = await listen({
    ...service,
    ...{ trouble: troubleOf(retryAfterSeconds), mischief: trouble },
  });
  return {
    ...listening,
    ...{ mischief: trouble, project, tokens, accessToken },
    env: {
      ...{ GCE_METADATA_HOST: tokens.url.replace('http://', '') },
      ...{ METADATA_SERVER_DETECTION: 'assume-present', NO_PROXY: '127.0.0.1' },
      // Without it the chain runs gcloud first, which takes seconds to find out that it is absent.
      GOOGLE_CLOUD_PROJECT: project,
      // No credentials of whoever runs the tests.
      ...{ CLOUDSDK_CONFIG: '/nonexistent', GOOGLE_APPLICATION_CREDENTIALS: '' },
    },
    credentialsFile: JSON.stringify({
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${tokens.url}/token`,
      credential_source: { url: `${tokens.url}/subject` },
    }),
    managedZone: apex => stateOf(apex).name,
    nameServers: apex => stateOf(apex).nameServers,
    published: apex => publicOnly(served.of(apex), apex),
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    edit: (apex, key, after) => {
      put(stateOf(apex), key, after === null ? null : heldFrom(after));
      changed(apex);
    },
    hold: (apex, set) => {
      put(stateOf(apex), set, set);
      changed(apex);
    },
    held: apex => [...stateOf(apex).sets.values()],
    drop: apex => {
      zones.splice(zones.indexOf(stateOf(apex)), 1);
    },
    writes: apex => stateOf(apex).writes,
    aim: edit => {
      control.aimed = edit;
    },
    rights: of => {
      control.rights = of;
    },
    stop: async () => {
      served.stop();
      await Promise.all([listening.stop(), tokens.stop()]);
    },
  };
}
