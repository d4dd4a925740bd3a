import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { nextTry, retryAfterMs } from '../../src/notify/schedule.ts';
import { readSigningSecrets, signedHeaders, signingSecret } from '../../src/notify/signature.ts';

const one = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const other = `whsec_${Buffer.alloc(64, 2).toString('base64')}`;

it('signs as the library of Standard Webhooks does, with every secret while one is replaced', () => {
  const secrets = readSigningSecrets(`${one}\n${other}\n`, 'f');
  const at = Date.now();
  const headers = { ...signedHeaders({ id: 'e1-7', at, body: '{"ü":1}' }, secrets) };
  const date = new Date(at);
  expect(headers['webhook-signature']).toBe(
    [one, other].map(secret => new Webhook(secret).sign('e1-7', date, '{"ü":1}')).join(' '),
  );
  for (const secret of [one, other])
    expect(new Webhook(secret).verify('{"ü":1}', headers)).toEqual({ ü: 1 });
  const stranger = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  expect(() => new Webhook(stranger).verify('{"ü":1}', headers)).toThrow();
  expect(() => new Webhook(one).verify('{"ü":2}', headers)).toThrow();
});

it('a secret of our own is one', () => {
  const secret = signingSecret('ab'.repeat(32));
  expect(readSigningSecrets(secret, 'f')[0]!.reveal()).toEqual(Buffer.alloc(32, 0xab));
});

it.each([
  ['', 'nothing'],
  ['secret-word', 'no prefix'],
  ['whsec_', 'no octets'],
  ['whsec_!!!!', 'no base64'],
  [`whsec_${Buffer.alloc(23).toString('base64')}`, 'too short'],
  [`whsec_${Buffer.alloc(65).toString('base64')}`, 'too long'],
  [Array.from({ length: 6 }, () => one).join('\n'), 'too many'],
])('%j is none: %s', text => {
  let said = '';
  try {
    readSigningSecrets(text, 'f');
  } catch (error) {
    said = String(error);
  }
  expect(said).toContain('Fault');
  if (text.length > 6) expect(said).not.toContain(text);
});

it('reads Retry-After, and nothing else', () => {
  const now = Date.UTC(2026, 10, 21, 12);
  expect(retryAfterMs('120', now)).toBe(120_000);
  expect(retryAfterMs('Sat, 21 Nov 2026 12:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('Sat, 21 Nov 2026 11:00:00 GMT', now)).toBe(0);
  for (const text of [null, '', '-1', '1.5', '1e9', 'soon', '9'.repeat(400), 'Sat, 99 Foo'])
    expect(retryAfterMs(text, now), String(text)).toBe(null);
});

it('comes again later each time, never sooner than asked, and ten times in all', () => {
  const at = (failed: number, asked: number | null, chance = 0) =>
    nextTry(failed, { now: 0, retryAfterMs: asked, chance });
  expect([1, 2, 3, 4, 9, 10].map(failed => at(failed, null))).toEqual([
    ...[5000, 300_000, 1_800_000, 7_200_000, 86_400_000, null],
  ]);
  expect([at(1, 60_000), at(1, 1000), at(1, 9e9)]).toEqual([60_000, 5000, 86_400_000]);
  expect(at(2, null, 0.999)).toBe(329_970);
});
