import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { extendedError } from '../../../src/dns/edns.ts';
import { RCODE } from '../../../src/dns/rcode.ts';
import { answering, type Answering, authoritative, mx } from '../answering.ts';
import { said } from '../said.ts';

const home = mkdtempSync(join(tmpdir(), 'dns-cutover-propagation-signed-'));
const servers: Answering[] = [];
afterAll(async () => {
  await Promise.all(servers.map(server => server.close()));
  rmSync(home, { recursive: true, force: true });
});
async function up(opening: Promise<Answering>): Promise<Answering> {
  const server = await opening;
  servers.push(server);
  return server;
}

it('asks who validates, and tells the reason of who finds the signatures wrong', async () => {
  const answer = [mx(60, '10 mx1.newhost.example')];
  const server = await up(authoritative(() => mx(300, '10 mx1.newhost.example')));
  const resolvers = [
    await up(answering(() => ({ answer, ad: true }))),
    await up(answering(() => ({ answer }))),
    await up(
      answering(() => ({ rcode: RCODE.SERVFAIL, options: [extendedError(7, 'expired at noon')] })),
    ),
  ];
  const list = join(home, 'resolvers.json');
  const rows = resolvers.map(({ port }, index) => ({
    ...{ id: ['ad', 'plain', 'strict'][index], addresses: ['127.0.0.1'], port },
  }));
  writeFileSync(list, JSON.stringify(rows));
  const argv = ['example.org', '--authority', server.at, '--resolvers', list, '--json'];
  const ended = await said('propagation', ...argv);
  const told = JSON.parse(ended.out) as Readonly<Record<string, unknown>>;
  expect(told['dnssec']).toMatchObject({
    ...{ validated: 1, notValidated: 1, bogus: 1 },
    errors: [
      { code: 7, name: 'Signature Expired', text: 'expired at noon', resolvers: ['strict'] },
    ],
  });
  expect(told['answers']).toMatchObject([
    { kind: 'records', total: 2, resolvers: ['ad', 'plain'], authoritative: [server.at] },
    { kind: 'error', rcode: 'SERVFAIL', resolvers: ['strict'] },
  ]);
}, 30_000);
