import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { policyBodyFindings } from '../../src/checks/policy/mta-sts.ts';
import { policyOrderFindings } from '../../src/checks/policy/mta-sts-order.ts';
import { parseName } from '../../src/dns/name.ts';
import { txtRdata } from '../../src/mail/txt.ts';
import { fetchPolicy } from '../../src/web/policy.ts';
import { policy } from '../checks/example.ts';
import { known, mail, mailInput, mailPlan } from '../checks/mail-example.ts';
import { authority } from '../support/certificates.ts';
import { line } from '../support/world.ts';

// The checks of MTA-STS against a web server that is in each state in turn. DNS is what the test says.

const own = authority();
const before = getCACertificates('default');
const servers: Server[] = [];
let says = { status: 200, type: 'text/plain', text: '' };

async function serve(name: string, expired = false): Promise<number> {
  const server = createServer(own.issue([`DNS:${name}`], { expired }), (_, response) => {
    response.writeHead(says.status, { 'content-type': says.type, location: 'https://x.example/' });
    response.end(says.text);
  });
  servers.push(server);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

let ports: Record<'right' | 'expired' | 'wrong', number>;
beforeAll(async () => {
  setDefaultCACertificates([...before, own.pem]);
  ports = {
    right: await serve('mta-sts.example.org'),
    expired: await serve('mta-sts.example.org', true),
    wrong: await serve('www.example.org'),
  };
});
afterAll(() => {
  setDefaultCACertificates(before);
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const body = (mode: string, ...mx: readonly string[]): string =>
  ['version: STSv1', `mode: ${mode}`, ...mx.map(one => `mx: ${one}`), 'max_age: 86400'].join('\n');
const both = ['mx.old.example', 'mx1.new.example'];

const announced = `_mta-sts.example.org TXT 300 ${txtRdata('v=STSv1; id=1')}`;

/** `id status` of every finding about MTA-STS that did not pass; `all pass` where none did not. */
async function trouble(
  port: number,
  place = 'mta-sts.example.org A 300 127.0.0.1',
  records: readonly string[] = [announced],
): Promise<string> {
  const asking = { ...mail, allowPrivate: true, policyPort: port };
  const plan = mailPlan(['10 mx1.new.example.'], { policy: { ...policy, mail: asking } });
  const inquire = known(...records, ...place.split('; '));
  const input = mailInput(plan, { inquire, fetchPolicy });
  const findings = [...(await policyBodyFindings(input)), ...(await policyOrderFindings(input))];
  const bad = findings.filter(({ status }) => status !== 'pass' && status !== 'skipped');
  return bad.map(({ id, status }) => `${id} ${status}`).join(', ') || 'all pass';
}

const untold = 'mta-sts-id-settled could-not-test';
const unread = `mta-sts-body fail, mta-sts-covers-new could-not-test, ${untold}`;

it.each([
  ['right', body('enforce', ...both), untold],
  ['of mode none', body('none'), 'all pass'],
  ['without the new host', body('enforce', 'mx.old.example'), `mta-sts-covers-new fail, ${untold}`],
  [
    ...(['only tested, and without the new host', body('testing', 'mx.old.example')] as const),
    'mta-sts-covers-new warn, mta-sts-id-settled could-not-test',
  ],
  [
    ...(['with a wildcard of too many labels', body('enforce', '*.example', both[0]!)] as const),
    `mta-sts-covers-new fail, mta-sts-wildcard-depth warn, ${untold}`,
  ],
  ['too big', `${body('enforce', ...both)}\n${'#'.repeat(70_000)}`, unread],
])('a policy that is %s', async (_, text, expected) => {
  says = { status: 200, type: 'text/plain', text };
  expect(await trouble(ports.right)).toBe(expected);
});

it.each([
  [301, 'text/plain', 'right'],
  [404, 'text/plain', 'right'],
  [200, 'text/html', 'right'],
  [200, 'text/plain', 'expired'],
  [200, 'text/plain', 'wrong'],
] as const)('HTTP %d, %s, a certificate that is %s: no policy', async (status, type, which) => {
  says = { status, type, text: body('enforce', ...both) };
  expect(await trouble(ports[which])).toBe(unread);
});

it('a policy whose TXT was taken away still binds those who took it up', async () => {
  const gone = async (text: string, which: keyof typeof ports = 'right'): Promise<string> => {
    says = { status: 200, type: 'text/plain', text };
    return trouble(ports[which], undefined, []);
  };
  expect(await gone(body('enforce', ...both))).toBe('mta-sts-body warn');
  expect(await gone(body('enforce', 'mx.old.example'))).toBe(
    'mta-sts-body warn, mta-sts-covers-new fail',
  );
  for (const text of [body('none'), 'a web page']) expect(await gone(text)).toBe('all pass');
  expect(await gone(body('enforce', 'mx.old.example'), 'wrong')).toBe('all pass');
});

it('an id that stays, so that nobody fetches what the server has now', async () => {
  says = { status: 200, type: 'text/plain', text: body('enforce', ...both) };
  const name = parseName('_mta-sts.example.org');
  const rdata = [txtRdata('v=STSv1; id=1')];
  const want = { is: 'set', rdata } as const;
  const prepare = [{ name, type: 'TXT', ttl: null, where: 'test:1:1', want }];
  const current = [
    'example.org MX 3600 10 mx.old.example.',
    `_mta-sts.example.org TXT 300 ${rdata[0]!}`,
  ];
  const asking = { ...mail, allowPrivate: true, policyPort: ports.right };
  const own = { prepare, policy: { ...policy, mail: asking } };
  const plan = mailPlan(['10 mx1.new.example.'], own, current.map(line));
  const inquire = known(current[1]!, 'mta-sts.example.org A 300 127.0.0.1');
  const findings = await policyOrderFindings(mailInput(plan, { inquire, fetchPolicy }));
  const settled = findings.find(({ id }) => id === 'mta-sts-id-settled');
  expect(settled).toMatchObject({ status: 'fail', severity: 'blocker' });
});

it('a policy host that goes with the old provider', async () => {
  says = { status: 200, type: 'text/plain', text: body('none') };
  const place = 'mta-sts.example.org A 300 127.0.0.1; mx.old.example A 300 127.0.0.1';
  expect(await trouble(ports.right, place)).toBe('mta-sts-host-owner warn');
  expect(await trouble(ports.right)).toBe('all pass');
});
