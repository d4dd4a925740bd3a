import { Fault, isFault } from '../../src/errors.ts';
import { type Clock } from '../../src/clock.ts';
import { type Move } from '../../src/provider.ts';
import { type Client } from './client.ts';
import { isTexts } from './convert.ts';
import { textOf } from './project.ts';
import { type ManagedZone } from './zone.ts';

/** A `yes` is believed so long: gates ask again and again, and rights change rarely. */
const REMEMBER_MS = 60_000;

const CREATE = 'dns.resourceRecordSets.create';
const UPDATE = 'dns.resourceRecordSets.update';
const DELETE = 'dns.resourceRecordSets.delete';

/**
 * What changes.create checks besides dns.changes.create, by what the change does to a set
 * (https://cloud.google.com/dns/docs/access-control, table of methods).
 */
export function permissionsFor(moves: readonly Move[]): readonly string[] {
  const kinds = moves.map(({ from, to }) =>
    from === null ? CREATE : to === null ? DELETE : UPDATE,
  );
  return ['dns.changes.create', ...new Set(kinds)].sort();
}

/**
 * Beyond what a cutover needs: with these one mistake, or one stolen key, takes the zone away.
 * Only permissions of the managed zone itself can be asked for there.
 */
export const EXCESS = [
  'dns.managedZones.delete',
  'dns.managedZones.setIamPolicy',
  'dns.managedZones.update',
] as const;

export interface Rights {
  /** Which of these the credentials have in the zone. */
  among(
    zone: ManagedZone,
    permissions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** @throws Fault UNAUTHORIZED when a permission that the moves need is missing */
  suffice(
    zone: ManagedZone,
    moves: readonly Move[],
    signal: AbortSignal,
  ): Promise<'yes' | 'cannot-tell'>;
}

const lacking = (where: string, place: string, missing: readonly string[]): Fault =>
  new Fault(
    'UNAUTHORIZED',
    `the credentials lack ${missing.join(', ')} in the managed zone ${place}`,
    {
      where,
      fix: 'Is `project:` right? If so: grant the role of docs/providers/google-cloud-dns.md on this zone or project.',
      details: { missing },
    },
  );

/**
 * Asks managedZones.testIamPermissions
 * (https://cloud.google.com/dns/docs/reference/rest/v1/managedZones/testIamPermissions): POST
 * dns/v1/projects/P/managedZones/Z:testIamPermissions. It may say yes too often ("fail open"), and of a
 * zone that does not exist it says that nothing is allowed.
 */
export function openRights(client: Client, clock: Clock): Rights {
  const believed = new Map<string, number>();

  async function among(
    zone: ManagedZone,
    permissions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const body = await client.ask({
      what: `asking for the rights in the managed zone ${zone.name}`,
      ...{ kind: 'read', method: 'POST', path: `managedZones/${zone.name}:testIamPermissions` },
      ...{ body: { permissions }, urgency: 'usual', signal },
    });
    // The field is left out when nothing is allowed.
    const granted = body['permissions'] ?? [];
    return isTexts(granted) ? granted : [];
  }

  /** A zone that is gone looks like one without rights. */
  async function there(zone: ManagedZone, signal: AbortSignal): Promise<void> {
    try {
      await client.ask({
        what: `looking at the managed zone ${zone.name}`,
        ...{ kind: 'read', method: 'GET', path: `managedZones/${zone.name}` },
        ...{ urgency: 'usual', signal },
      });
    } catch (error) {
      // No right to look is no surprise here.
      if (!isFault(error, 'UNAUTHORIZED')) throw error;
    }
  }

  return {
    among,
    suffice: async (zone, moves, signal) => {
      if (signal.aborted) throw new Fault('ABORTED', 'given up before the rights were asked for');
      const needed = permissionsFor(moves);
      const memory = [zone.name, ...needed].join(' ');
      const now = clock.now().up;
      if (now - (believed.get(memory) ?? -Infinity) < REMEMBER_MS) return 'yes';
      const asked = [...new Set([...needed, CREATE, UPDATE, DELETE])].sort();
      const granted = await among(zone, asked, signal);
      const missing = needed.filter(permission => !granted.includes(permission));
      if (granted.length === 0) await there(zone, signal);
      if (missing.length > 0) {
        const place = `${zone.name} (${textOf(await client.project(signal))})`;
        throw lacking(client.where, place, missing);
      }
      // A set is replaced by deleting and adding it, and the table does not say which right counts.
      const replaces = moves.some(({ from, to }) => from !== null && to !== null);
      if (replaces && !asked.every(permission => granted.includes(permission)))
        return 'cannot-tell';
      believed.set(memory, now);
      return 'yes';
    },
  };
}
