import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  changeIdOf,
  changeOf,
  heldOf,
  hostedOf,
  isUnchanged,
  listedFor,
  listedOf,
  receiptOf,
  type RecordSet,
  recordSetOf,
  rrsetOf,
} from '../../providers/google/convert.ts';
import { parseName } from '../../src/dns/name.ts';
import { type RRset, rrset } from '../../src/dns/rrset.ts';
import { fresh } from './backend.ts';

const label = fc
  .stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?$/)
  .filter(s => !/^..--/.test(s));
const host = fc
  .array(label, { minLength: 1, maxLength: 3 })
  .map(parts => `${parts.join('.')}.test.`);
const ttl = fc.integer({ min: 0, max: 2_147_483_647 });
const mxData = fc.tuple(fc.integer({ min: 0, max: 65_535 }), host).map(pair => pair.join(' '));
const octets = fc.uint8Array({ minLength: 0, maxLength: 255 });
const string = octets.map(
  bytes => `"${[...bytes].map(octet => `\\${String(octet).padStart(3, '0')}`).join('')}"`,
);
const txtData = fc.array(string, { minLength: 1, maxLength: 3 }).map(strings => strings.join(' '));

const sets: fc.Arbitrary<RRset> = fc.oneof(
  fc
    .tuple(host, ttl, fc.array(mxData, { minLength: 1, maxLength: 5 }))
    .map(([name, seconds, rdata]) =>
      rrset({ name: parseName(name), type: 'MX', ttl: seconds, rdata }, { seen: true }),
    ),
  fc
    .tuple(host, ttl, fc.array(txtData, { minLength: 1, maxLength: 3 }))
    .map(([name, seconds, rdata]) =>
      rrset({ name: parseName(name), type: 'TXT', ttl: seconds, rdata }),
    ),
);

it('comes back equal from what is sent, through JSON', () => {
  fc.assert(
    fc.property(sets, set => {
      const sent = JSON.parse(JSON.stringify(recordSetOf(set))) as RecordSet;
      expect(rrsetOf(sent)).toEqual(set);
      for (const string of sent.rrdatas) expect(typeof string).toBe('string');
    }),
  );
});

it('keeps the exact spelling, whatever case and order the service holds', () => {
  const spelling = fc.func(fc.boolean());
  fc.assert(
    fc.property(sets, spelling, fc.boolean(), (set, upper, reversed) => {
      const plain = recordSetOf(set);
      const odd = plain.rrdatas.map(text =>
        set.type === 'MX'
          ? text.replace(/[a-z]/g, (char, at: number) => (upper(at) ? char.toUpperCase() : char))
          : text,
      );
      const held = { ...plain, rrdatas: reversed ? odd.toReversed() : odd };
      const hosted = hostedOf(held);
      expect(hosted.rrset).toEqual(set);
      // Stored and read again, as in a journal.
      const stored = JSON.parse(JSON.stringify(hosted)) as typeof hosted;
      expect(heldOf(stored)).toEqual(held);
      expect(changeOf([{ held: heldOf(stored), to: null }])).toEqual({
        deletions: [held],
        additions: [],
      });
    }),
  );
});

const mx = rrset({
  ...{ name: parseName('example.org'), type: 'MX', ttl: 300 },
  rdata: ['10 mx.example.net.'],
});
const held: RecordSet = {
  ...{ name: 'example.org.', type: 'MX', ttl: 300, rrdatas: ['10 MX.Example.net.'] },
};

it('does not trust a token that belongs to something else', () => {
  expect(heldOf(hostedOf(held))).toEqual(held);
  expect(heldOf(fresh(mx))).toBeNull();
  expect(heldOf({ ...hostedOf(held), rrset: { ...mx, ttl: 60 } })).toBeNull();
  for (const token of [
    7,
    'x',
    [],
    {},
    { ...held, rrdatas: ['nonsense'] },
    { ...held, name: 'a..b' },
  ])
    expect(heldOf({ rrset: mx, extras: null, token })).toBeNull();
});

it('reads what stands without quotes as the strings that are served', () => {
  const spf = (...rrdatas: string[]) =>
    rrsetOf({ name: 'example.org.', type: 'TXT', ttl: 60, rrdatas }).rdata;
  expect(spf('v=spf1 -all')).toEqual(['"v=spf1" "-all"']);
  expect(spf('"v=spf1 -all"')).toEqual(['"v=spf1 -all"']);
  expect(spf('"a" "b"', 'c')).toEqual(['"a" "b"', '"c"']);
});

it('tells sets by routing policy from plain ones, and passes over what it does not know', () => {
  const wrr = { kind: 'dns#rRSetRoutingPolicy', wrr: { items: [] } };
  expect(listedOf({ name: 'a.test.', type: 'MX', routingPolicy: wrr })).toMatchObject({
    ...{ is: 'routed', policy: 'wrr' },
  });
  expect(listedOf({ name: 'a.test.', type: 'MX', routingPolicy: { odd: 1 } })).toMatchObject({
    policy: 'unknown',
  });
  expect(listedOf({ ...held, signatureRrdatas: ['x'], later: true })).toEqual({
    ...{ is: 'plain', key: { name: 'example.org.', type: 'MX' }, held },
  });
  for (const item of [null, 1, [], {}, { ...held, ttl: '300' }, { ...held, rrdatas: [] }])
    expect(listedOf(item)).toBeNull();
});

it('takes the set that was asked for, by name and type, whatever else is listed', () => {
  const other = { ...held, name: 'www.example.org.' };
  const txt = { ...held, type: 'TXT', rrdatas: ['"x"'] };
  expect(listedFor(mx, [other, txt, held], 'here')).toMatchObject({ held });
  expect(listedFor(mx, [other, txt], 'here')).toBeNull();
  expect(listedFor(mx, [{ ...held, name: 'EXAMPLE.org' }], 'here')).not.toBeNull();
  // What is there and cannot be read must not be taken for nothing.
  for (const odd of [{ ...held, rrdatas: [] }, { ...held, ttl: '60' }, { kind: 'x' }, 'text', null])
    expect(() => listedFor(mx, [other, odd], 'here')).toThrow('malformed');
  expect(listedFor(mx, [{ ...held, ttl: '60', type: 'TXT' }], 'here')).toBeNull();
});

it('makes one change of all moves and leaves out what stays', () => {
  const moved = rrset({ ...mx, ttl: 60 });
  expect(isUnchanged({ from: fresh(mx), to: fresh(mx) })).toBe(true);
  expect(isUnchanged({ from: fresh(mx), to: fresh(moved) })).toBe(false);
  expect(
    changeOf([
      { held, to: moved },
      { held: null, to: mx },
    ]),
  ).toEqual({ deletions: [held], additions: [recordSetOf(moved), recordSetOf(mx)] });
});

it('knows its own receipts, also after they were stored, and no others', () => {
  const receipt = receiptOf('example-org', '243');
  const stored = JSON.parse(JSON.stringify(receipt)) as typeof receipt;
  expect(changeIdOf(stored)).toEqual({ zone: 'example-org', change: '243' });
  expect(changeIdOf(receiptOf('example-org', null)).change).toBeNull();
  for (const data of [null, 7, {}, { zone: 'z' }, { zone: 1, change: '1' }])
    expect(() => changeIdOf({ id: 'x', data })).toThrow(/no write has the receipt/);
});
