import { daneVerdictAt } from '../checks/policy/dane.ts';
import { parseAnyName, type Name } from '../dns/name.ts';
import { type Inquire } from '../dns/inquiry.ts';
import { type Probed } from '../mail/probed.ts';
import { readTlsa } from '../mail/tlsa.ts';

/**
 * New hosts whose TLSA records do not fit what they present at some address. Senders that validate the zone of
 * the host defer then (RFC 7672 2.2); whether it is signed was found out before the swap, and is not asked anew.
 */
export async function daneBroken(
  { addresses }: Pick<Probed, 'addresses'>,
  inquire: Inquire,
): Promise<readonly Name[]> {
  const fresh = addresses.filter(({ role }) => role === 'new').map(one => one.conversation);
  const hosts = [...new Set(fresh.map(({ host }) => host))];
  const broken = await Promise.all(
    hosts.map(async host => {
      const talked = fresh.filter(one => one.host === host);
      const port = talked[0]?.port ?? 25;
      const said = await inquire(parseAnyName(`_${String(port)}._tcp.${host}`), 'TLSA');
      if (said.is !== 'found') return [];
      const records = said.rdata.map(readTlsa).filter(one => one !== null);
      return talked.some(one => daneVerdictAt(records, one)?.is === 'mismatch') ? [host] : [];
    }),
  );
  return broken.flat();
}
