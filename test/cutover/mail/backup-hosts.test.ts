import { expect, it } from 'vitest';
import { backupHosts } from '../../../src/cutover/mail/backup-hosts.ts';
import { makePlan } from '../../../src/cutover/build.ts';
import { keyText, rrset } from '../../../src/dns/rrset.ts';
import { displayName } from '../../../src/dns/name.ts';
import { capabilities, domain, order, orders } from '../orders.ts';

function backups(...rdata: readonly string[]): readonly string[] {
  const set = rrset({ name: domain, type: 'MX', ttl: 3600, rdata });
  const moves = orders['mx'];
  if (moves === undefined) throw new Error('there is no such order');
  const current = { [keyText(set)]: rdata.length === 0 ? null : set };
  const plan = makePlan({
    order: order(moves),
    zone: domain,
    current,
    capabilities,
    primaries: [],
  });
  return backupHosts(plan).map(displayName);
}

it.each([
  [['10 mx.old.example.'], []],
  [['10 mx1.old.example.', '20 mx2.old.example.'], []],
  [['10 mx1.old.example.', '20 backup.isp.example.net.'], ['backup.isp.example.net']],
  [['10 mx1.old.example.', '10 mx.other.test.', '20 mx2.other.test.'], []],
  [
    ['10 mx1.old.example.', '20 a.store.test.', '30 b.store.test.'],
    ['a.store.test', 'b.store.test'],
  ],
  [['0 .'], []],
])('of %j %j store mail and forward it', (set, found) => {
  expect(backups(...set)).toEqual(found);
});
