import { displayName } from '../../src/dns/name.ts';
import { type Key, keyText } from '../../src/dns/rrset.ts';
import { isFault } from '../../src/errors.ts';
import { type Hosting, type Remark } from '../../src/provider.ts';
import { type Client } from './client.ts';
import { type Listed } from './convert.ts';
import { EXCESS, type Rights } from './rights.ts';
import { type ManagedZone } from './zone.ts';

export interface AboutZone {
  readonly client: Client;
  readonly rights: Rights;
  readonly zone: ManagedZone;
  readonly look: (key: Key) => Promise<Listed | null>;
  readonly keys: readonly Key[];
  readonly signal: AbortSignal;
}

function zoneRemarks({ apex, name, dnssec, nameServers }: ManagedZone): readonly Remark[] {
  const subject = displayName(apex);
  const transfer: Remark = {
    ...{ severity: 'warning', subject },
    summary: `the managed zone ${name} is in the DNSSEC state "transfer": it is being moved`,
    remedy: 'Finish the move of the zone before the cutover of its mail.',
  };
  const homeless: Remark = {
    ...{ severity: 'blocker', subject },
    summary: `the managed zone ${name} has no name servers`,
    remedy: 'See whether the right managed zone is named.',
  };
  return [
    ...(dnssec === 'transfer' ? [transfer] : []),
    ...(nameServers.length === 0 ? [homeless] : []),
  ];
}

async function routedRemarks({ look, keys }: AboutZone): Promise<readonly Remark[]> {
  const remarks: Remark[] = [];
  for (const key of keys) {
    const listed = await look(key);
    if (listed?.is === 'routed')
      remarks.push({
        ...{ severity: 'blocker', subject: keyText(key) },
        summary: `it is made by a routing policy (${listed.policy})`,
        remedy: 'Replace the routing policy by plain records first, or leave this RRset out.',
      });
  }
  return remarks;
}

/** Null when the service does not tell; what is not needed must not stop anybody. */
async function excess({ rights, zone, signal }: AboutZone): Promise<readonly string[] | null> {
  try {
    return [...(await rights.among(zone, EXCESS, signal))].sort();
  } catch (error) {
    if (isFault(error, 'UNAUTHORIZED') || isFault(error, 'UNSUPPORTED')) return null;
    throw error;
  }
}

/** What `check` tells about the zone. */
export async function hostingOf(about: AboutZone): Promise<Hosting> {
  const { client, zone, signal } = about;
  return {
    id: zone.name,
    account: (await client.project(signal)).id,
    nameServers: zone.nameServers,
    excessRights: await excess(about),
    remarks: [...zoneRemarks(zone), ...(await routedRemarks(about))],
  };
}
