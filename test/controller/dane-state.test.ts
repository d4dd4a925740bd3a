import { expect, it } from 'vitest';
import { daneBroken } from '../../src/controller/dane-state.ts';
import { type Inquired } from '../../src/dns/inquiry.ts';
import { parseName } from '../../src/dns/name.ts';
import { type TlsSeen } from '../../src/mail/conversation.ts';
import { type HostRole } from '../../src/mail/probe.ts';

const host = parseName('mx.new.example');
const said = { at: host, aliases: [], server: '192.0.2.1' } as const;
const tlsa: Inquired = { is: 'found', rdata: [`3 1 1 ${'ab'.repeat(32)}`], ttl: 300, ...said };
const none: Inquired = { is: 'absent', rcode: 'NXDOMAIN', ...said };

const talked = (role: HostRole, tls: TlsSeen | null) => ({
  ...{ role, again: null, kept: false },
  conversation: {
    ...({ host, address: '198.51.100.10', port: 25, at: 0, end: 'complete', detail: '' } as const),
    ...{ banner: null, ehlo: null, tls, recipients: [], message: null, tookMs: 1 },
  },
});

const broken = (of: ReturnType<typeof talked>, answer: Inquired) => {
  const asked: string[] = [];
  const inquire = async (name: string): Promise<Inquired> => {
    asked.push(name);
    return answer;
  };
  return daneBroken({ addresses: [of] }, inquire).then(hosts => ({ hosts, asked }));
};

it('names a new host whose TLSA does not fit, asked at its own port', async () => {
  expect(await broken(talked('new', { is: 'not-offered' }), tlsa)).toEqual({
    hosts: [host],
    asked: ['_25._tcp.mx.new.example.'],
  });
});

it('names none without TLSA, without an answer of the host, and no old host', async () => {
  expect((await broken(talked('new', { is: 'not-offered' }), none)).hosts).toEqual([]);
  expect((await broken(talked('new', null), tlsa)).hosts).toEqual([]);
  expect((await broken(talked('old', { is: 'not-offered' }), tlsa)).hosts).toEqual([]);
});
