import { type Name, parseAnyName } from '../../../src/dns/name.ts';
import { type RRset } from '../../../src/dns/rrset.ts';

/** A record as the API shows it. */
export interface DoubleRecord {
  readonly id: string;
  readonly zone_id: string;
  readonly zone_name: string;
  /** In punycode, without the final dot. */
  readonly name: string;
  readonly type: string;
  readonly content: string;
  readonly priority?: number;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly ttl: number;
  readonly proxied: boolean;
  readonly proxiable: boolean;
  readonly comment: string | null;
  readonly tags: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly created_on: string;
  readonly modified_on: string;
}

export type Plan = 'free' | 'pro' | 'business' | 'enterprise';

/** A zone to begin with, and what is special about it. */
export interface CloudflareZone {
  readonly apex: Name;
  readonly sets: readonly RRset[];
  readonly id?: string;
  readonly account?: string;
  readonly status?: 'initializing' | 'pending' | 'active' | 'moved';
  readonly type?: 'full' | 'partial' | 'secondary';
  readonly paused?: boolean;
  readonly plan?: Plan;
  readonly nameServers?: readonly string[];
  readonly permissions?: readonly string[];
  /** Keys as `keyText`; their records are locked by Email Routing. */
  readonly locked?: readonly string[];
  /** The lowest TTL, if not that of the plan. */
  readonly floor?: number;
}

/** A zone as it stands. Records are replaced as a whole, so that a transaction can be taken back. */
export interface ZoneState {
  readonly id: string;
  readonly apex: Name;
  readonly seed: CloudflareZone;
  records: readonly DoubleRecord[];
  writes: number;
}

export const planOf = ({ seed }: ZoneState): Plan => seed.plan ?? 'free';

/** 60 seconds, 30 on Enterprise (developers.cloudflare.com/dns/manage-dns-records/reference/ttl). */
export const floorOf = (zone: ZoneState): number =>
  zone.seed.floor ?? (planOf(zone) === 'enterprise' ? 30 : 60);

/** 200 operations on Free, 3500 on others (the page on batch record changes). */
export const operationsMost = (zone: ZoneState): number => (planOf(zone) === 'free' ? 200 : 3500);

/** The name as the API shows it: lower case, punycode, no final dot. */
export const shownName = (name: string): string => {
  const canonical = parseAnyName(name);
  return canonical === '.' ? '.' : canonical.slice(0, -1);
};

/** A zone as `GET /zones` shows it; many fields besides, two of which stand for them. */
export const shownZone = (zone: ZoneState): Readonly<Record<string, unknown>> => {
  const { seed, id, apex } = zone;
  const account = seed.account ?? 'Example Inc';
  return {
    id,
    name: shownName(apex),
    status: seed.status ?? 'active',
    paused: seed.paused ?? false,
    type: seed.type ?? 'full',
    development_mode: 0,
    name_servers: seed.nameServers ?? ['ada.ns.cloudflare.test', 'bob.ns.cloudflare.test'],
    original_name_servers: null,
    created_on: '2020-01-01T00:00:00.000000Z',
    modified_on: '2020-01-01T00:00:00.000000Z',
    activated_on: null,
    meta: { step: 2, page_rule_quota: 3, phishing_detected: false },
    owner: { id: null, type: 'user', email: null },
    account: { id: account.length.toString(16).padStart(32, '0'), name: account },
    tenant: { id: null, name: null },
    permissions: seed.permissions ?? ['#dns_records:edit', '#dns_records:read', '#zone:read'],
    plan: { id: planOf(zone), name: planOf(zone), price: 0, legacy_id: planOf(zone) },
  };
};
