import { describe } from 'vitest';
import { type CheckInput } from '../../src/checks/input.ts';
import { type Reading, type Signature } from '../../src/cutover/survey.ts';
import { parseName } from '../../src/dns/name.ts';
import {
  answered,
  configured,
  healthy,
  mx,
  plan,
  silent,
  withReadings,
  withSurvey,
} from './example.ts';
import { table } from './table.ts';

const v4 = 'ns1.example.net. 192.0.2.1';
const v6 = 'ns1.example.net. 2001:db8::1';
const second = 'ns2.example.net. 192.0.2.2';
const mxKey = 'example.org. MX';

const allSilent = withReadings(readings => readings.map(server => silent(server)));

/** One reading changed. */
const at = (index: number, change: (reading: Reading) => Reading, input?: CheckInput): CheckInput =>
  withReadings(
    readings => readings.map((reading, n) => (n === index ? change(reading) : reading)),
    input,
  );

const servesMx =
  (value: ReturnType<typeof mx>) =>
  (reading: Reading): Reading => ({
    ...reading,
    served: reading.served.map(one => (one.key === mxKey ? { ...one, rrset: value } : one)),
  });

const serial =
  (number: number | null) =>
  (reading: Reading): Reading => ({ ...reading, serial: number });

const signature =
  (state: Signature) =>
  (reading: Reading): Reading => ({
    ...reading,
    served: reading.served.map(one => ({ ...one, signature: state })),
  });

const strangeMx = mx(3600, '10 mx.strange.example.');

describe('delegation', () => {
  const { delegation } = healthy().survey;
  const moved = parseName('corp.example.org');

  table('zone-resolves', [
    { when: 'it answers', input: healthy(), says: ['pass example.org'], words: [v4] },
    { when: 'one answers', input: at(0, silent), says: ['pass example.org'] },
    {
      when: 'servers are configured',
      input: configured(),
      says: ['pass example.org'],
      words: ['the parent zone was not asked'],
    },
    {
      when: 'no server is known',
      input: withSurvey({ delegation: { ...delegation, servers: [] } }),
      says: ['fail example.org'],
      words: ['at the registrar'],
    },
    {
      when: 'nobody answers',
      input: allSilent,
      says: ['could-not-test example.org'],
      words: ['None of the 3 addresses', 'no answer within 3 s'],
    },
  ]);

  table('provider-is-authoritative', [
    { when: 'the world sees it', input: healthy(), says: ['pass example.org'] },
    {
      when: 'another zone is delegated',
      input: withSurvey({ delegation: { ...delegation, zone: moved } }),
      says: ['fail example.org'],
      words: ['lies in zone corp.example.org'],
    },
    {
      when: 'the provider found another zone than the plan',
      input: withSurvey({ zone: moved }),
      says: ['fail example.org'],
    },
    {
      when: 'the world sees other records',
      input: withReadings(readings => readings.map(servesMx(strangeMx))),
      says: ['fail example.org'],
      words: ['the world asks ns1.example.net. ns2.example.net.', 'mx.strange.example.'],
    },
    {
      when: 'one server shows other records',
      input: at(2, servesMx(strangeMx)),
      says: ['pass example.org'],
    },
    {
      when: 'every server trails behind the provider',
      input: { ...healthy(1), survey: { ...healthy(1).survey, round: healthy(0).survey.round } },
      says: ['pass example.org'],
    },
    {
      when: 'there is nothing yet to compare',
      input: healthy(0, {
        ...plan,
        tracks: plan.tracks.filter(({ positions }) => positions[0] === null),
      }),
      says: ['pass example.org'],
      words: ['none of the RRsets yet'],
    },
    { when: 'nobody answers', input: allSilent, says: ['could-not-test example.org'] },
    {
      when: 'servers are configured',
      input: configured(),
      says: ['skipped example.org'],
      words: ['authority.replace'],
    },
  ]);

  table('delegation-in-transition', [
    { when: 'both sides agree', input: healthy(), says: ['pass example.org'] },
    {
      when: 'the order differs',
      input: withSurvey({
        delegation: {
          ...delegation,
          parentNameServers: delegation.parentNameServers.toReversed(),
        },
      }),
      says: ['pass example.org'],
    },
    {
      when: 'the parent names others',
      input: withSurvey({
        delegation: { ...delegation, parentNameServers: ['ns9.example.net.'] },
      }),
      says: ['fail example.org'],
      words: ['parent: ns9.example.net.; zone: ns1.example.net. ns2.example.net.'],
    },
    {
      when: 'the zone did not say',
      input: withSurvey({ delegation: { ...delegation, childNameServers: [] } }),
      says: ['could-not-test example.org'],
    },
    { when: 'servers are configured', input: configured(), says: ['skipped example.org'] },
  ]);
});

describe('servers', () => {
  table('auth-servers-all-answer', [
    { when: 'all answer', input: healthy(), says: ['pass example.org'], words: ['3 addresses'] },
    {
      when: 'two are silent',
      input: at(0, silent, at(2, silent)),
      says: [`could-not-test ${v4}`, `could-not-test ${second}`],
      words: ['no answer within 3 s'],
    },
    {
      when: 'an address family is lacking, and its server was reached',
      input: at(1, reading => silent(reading, 'lacking')),
      says: [`pass ${v6}`],
      words: ['counted through that'],
    },
    {
      when: 'an address family is lacking, and its server is silent',
      input: at(
        0,
        silent,
        at(1, reading => silent(reading, 'lacking')),
      ),
      says: [`could-not-test ${v4}`, `could-not-test ${v6}`],
      words: ['has no other address that answers'],
    },
    {
      when: 'nobody was asked',
      input: withReadings(() => []),
      says: ['could-not-test example.org'],
    },
  ]);

  table('auth-mx-consistent', [
    { when: 'all serve the same', input: healthy(), says: ['pass example.org'] },
    {
      when: 'the records differ',
      input: at(2, servesMx(strangeMx)),
      says: [`fail ${mxKey}`],
      words: [`${v4} serves 10 mx.old.example.`, `${second} serves 10 mx.strange.example.`],
    },
    {
      when: 'only the TTL differs',
      input: at(1, reading => answered(reading, plan, 1)),
      says: ['fail example.org. TXT', 'fail s1._domainkey.example.org. TXT', `fail ${mxKey}`],
      words: ['(TTL 300 s)'],
    },
    { when: 'a silent one is left out', input: at(2, silent), says: ['pass example.org'] },
    { when: 'nobody answers', input: allSilent, says: ['could-not-test example.org'] },
  ]);

  table('auth-serial-consistent', [
    { when: 'one serial', input: healthy(), says: ['pass example.org'], words: ['serial 7'] },
    {
      when: 'one is behind',
      input: at(2, serial(5)),
      says: [`warn ${second}`],
      words: ['is 2 serials behind'],
    },
    {
      when: 'the serial went round (RFC 1982)',
      input: at(2, serial(4_294_967_295)),
      says: [`warn ${second}`],
      words: ['is 8 serials behind'],
    },
    {
      when: 'the order is open (RFC 1982 3.2)',
      input: at(2, serial(7 + 2 ** 31)),
      says: ['warn example.org'],
      words: ['none of them is the newest'],
    },
    { when: 'one did not tell', input: at(2, serial(null)), says: ['pass example.org'] },
    { when: 'nobody answers', input: allSilent, says: ['could-not-test example.org'] },
  ]);

  const signed = withReadings(readings => readings.map(signature('signed')));
  const insecure = { at: 'example.org. DS', why: 'org delegates it without a DS', lasts: null };
  const broken = ['missing', 'expired', 'not covering', 'unsigned'] as const;
  table('dnssec-valid', [
    {
      when: 'broken in a zone that nobody validates',
      input: withSurvey(
        { dnssec: { ...insecure, is: 'insecure', remedy: null } },
        at(2, signature('missing'), signed),
      ),
      says: plan.tracks.map(({ key }) => `warn ${second} ${key}` as const),
      words: ['no DS makes resolvers validate this zone', '"warning"'],
    },
    {
      when: 'broken in a zone that only some validate',
      input: withSurvey(
        { dnssec: { ...insecure, is: 'insecure', sha1: true, remedy: null } },
        at(2, signature('missing'), signed),
      ),
      says: plan.tracks.map(({ key }) => `fail ${second} ${key}` as const),
    },
    { when: 'unsigned', input: healthy(), says: ['pass example.org'], words: ['is unsigned'] },
    {
      when: 'signed',
      input: signed,
      says: ['pass example.org'],
      words: ['covered by a signature in its time'],
    },
    ...broken.map(state => ({
      when: `one of them is ${state}`,
      input: at(2, signature(state), signed),
      says: plan.tracks.map(({ key }) => `fail ${second} ${key}` as const),
      words: [state, 'a rollback does not bring it back'],
    })),
    { when: 'nobody answers', input: allSilent, says: ['could-not-test example.org'] },
  ]);
});
