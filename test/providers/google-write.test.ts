import { expect, it } from 'vitest';
import { type Client } from '../../providers/google/client.ts';
import { write, type Writing } from '../../providers/google/write.ts';
import { parseName } from '../../src/dns/name.ts';
import { rrset } from '../../src/dns/rrset.ts';
import { limits } from '../../src/limits.ts';
import { providerEnvironment, realClock } from '../support/provider-environment.ts';
import { faultOf, fresh, never } from './backend.ts';

const apex = parseName('alpha.example');
const old = rrset({ name: apex, type: 'MX', ttl: 300, rdata: ['10 mx1.example.net.'] });

/** A service that refuses every comparison, and a clock that notes the pauses in between. */
async function stubborn(chance: number) {
  const pauses: number[] = [];
  let sent = 0;
  const client: Client = {
    ...({ where: 'provider cloud' } as Client),
    attempt: async () => {
      sent++;
      return { refused: { status: 412, reasons: [], words: 'no' } };
    },
  };
  const sleep = async (ms: number) => {
    pauses.push(ms);
  };
  const environment = providerEnvironment({
    clock: { ...realClock(), sleep },
    chance: { float: () => chance, hex: () => '00' },
  });
  const writing: Writing = {
    ...{ name: 'cloud', client, environment, signal: never(), urgency: 'usual' },
    zone: { name: 'z', apex, nameServers: [], hidden: null, dnssec: 'off' },
    read: async () => fresh(old),
  };
  const fault = await faultOf(write(writing, [{ from: fresh(old), to: null }]));
  return { fault, sent, pauses };
}

it('tries a comparison again with the pauses of all retries, and waits for nothing at the end', async () => {
  const { fault, sent, pauses } = await stubborn(0);
  expect([fault.code, sent]).toEqual(['UNAVAILABLE', limits.writeAttempts]);
  const bounds = Array.from({ length: limits.writeAttempts - 1 }, (_, at) =>
    Math.min(limits.retryMostMs, limits.retryFirstMs * 2 ** at),
  );
  expect(pauses).toEqual(bounds.map(bound => bound / 2));
  expect((await stubborn(0.5)).pauses).toEqual(bounds.map(bound => bound * 0.75));
});
