import { type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { rfc2136 } from '../../providers/rfc2136/rfc2136.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset, type RRset } from '../../src/dns/rrset.ts';
import { signReply } from '../../src/dns/tsig.ts';
import { decodeMessage, encodeResponse } from '../../src/dns/wire.ts';
import { isFault } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';
import { frame, nasty, type Nasty } from '../support/nasty.ts';
import { providerEnvironment } from '../support/provider-environment.ts';
import { fresh } from './backend.ts';

const zone = parseName('example.org');
const secret = Buffer.alloc(32, 7);
const key = { name: parseName('cutover'), algorithm: 'hmac-sha256', secret } as const;
const mx = rrset({ name: zone, type: 'MX', ttl: 60, rdata: ['10 mx.example.net.'] });
const after = rrset({ ...mx, rdata: ['0 mx.example.com.'] });

let server: Nasty | null = null;
afterEach(() => server?.stop());

const NXRRSET = 8;

/** A server whose zone somebody else changes all the time: every UPDATE fails its prerequisite. */
async function restless(seen: { query(text: string): void }): Promise<Nasty> {
  let serial = 1;
  const soa = (): RRset =>
    rrset({
      ...{ name: zone, type: 'SOA', ttl: 60 },
      rdata: [`ns1.example.org. h.example.org. ${(serial += 1)} 1 1 1 1`],
    });
  const tcp = (bytes: Buffer, socket: Socket): void => {
    const query = decodeMessage(bytes);
    if (query.opcode === 5) {
      seen.query('UPDATE');
      const header = Uint8Array.from([...bytes.subarray(0, 2), 0xa8, NXRRSET, ...Buffer.alloc(8)]);
      const requestMac = query.tsig?.record.mac ?? new Uint8Array();
      const timeSigned = Math.floor(Date.now() / 1000);
      socket.write(frame(signReply(header, key, { requestMac, timeSigned })));
      return;
    }
    const type = query.question?.type ?? '';
    seen.query(type);
    const answer = type === 'SOA' ? [soa()] : type === 'MX' ? [mx] : [];
    socket.write(frame(encodeResponse({ query, aa: true, answer })));
  };
  server = await nasty({ tcp });
  return server;
}

/** What the server was asked by a write that is given up when it was asked, or we read, this for the nth time. */
async function givenUpAt(what: string, times: number): Promise<readonly string[]> {
  const stop = new AbortController();
  const seen: string[] = [];
  const note = (text: string): void => {
    seen.push(text);
    if (seen.filter(one => one === what).length === times) stop.abort();
  };
  const { address, port } = await restless({ query: note });
  const provider = await rfc2136(
    'onprem',
    {
      ...{ server: address, port },
      key: { name: key.name, algorithm: key.algorithm, secretFile: '/etc/secret' },
    },
    providerEnvironment({
      secret: async source => {
        note('secret');
        return new Secret(secret, source);
      },
    }),
  );
  const moves = [{ from: fresh(mx), to: fresh(after) }];
  await expect(provider.write(moves, stop.signal)).rejects.toSatisfy(error =>
    isFault(error, times > 5 ? 'CONFLICT' : 'ABORTED'),
  );
  return seen;
}

const updates = (seen: readonly string[]): number => seen.filter(one => one === 'UPDATE').length;

it('tries again when the serial moved, until it is given up', async () => {
  expect(updates(await givenUpAt('UPDATE', 6))).toBe(5);
});

it.each([
  { what: 'SOA', times: 3, sent: 1 },
  { what: 'MX', times: 2, sent: 1 },
  // The last that happens before the bytes leave.
  { what: 'secret', times: 1, sent: 0 },
  { what: 'secret', times: 2, sent: 1 },
])('sends nothing once it is given up: at $what $times', async ({ what, times, sent }) => {
  expect(updates(await givenUpAt(what, times))).toBe(sent);
});
