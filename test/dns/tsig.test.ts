import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { signMessage, signReply, type TsigKey, verifyReply } from '../../src/dns/tsig.ts';
import { encodeUpdate } from '../../src/dns/update.ts';
import { decodeMessage } from '../../src/dns/wire.ts';

const algorithms = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const;
const keyOf = (algorithm: TsigKey['algorithm'] = 'hmac-sha256'): TsigKey => ({
  name: parseName('Key.example.org'),
  algorithm,
  secret: new Uint8Array(32).fill(7),
});
const now = 1_795_000_000;
const request = encodeUpdate({
  id: 0x1234,
  zone: parseName('example.org'),
  prerequisites: [],
  updates: [],
});
/** NOERROR to it, without a question. */
const answer = Uint8Array.from([0x12, 0x34, 0xa8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** NOTAUTH. */
const refusal = answer.with(3, 9);

/** The digest of RFC 8945 4.3, its parts written out in order and nothing shared with the source. */
function digest(
  key: TsigKey,
  parts: { prior?: Uint8Array; message: Uint8Array; error?: number; other?: string; time?: number },
): Buffer {
  const hash = key.algorithm.slice(5);
  const time = (parts.time ?? now).toString(16).padStart(12, '0');
  const other = parts.other ?? '';
  const variables = [
    ...['03', '6b6579', '07', '6578616d706c65', '03', '6f7267', '00'], // key.example.org.
    ...['00ff', '00000000'], // class ANY, TTL 0
    ...['0b', Buffer.from(key.algorithm).toString('hex'), '00'],
    // Requests are good for a minute, replies for the 5 that RFC 8945 10 recommends.
    ...[time, parts.prior === undefined ? '003c' : '012c'],
    ...[(parts.error ?? 0).toString(16).padStart(4, '0')],
    ...[(other.length / 2).toString(16).padStart(4, '0'), other],
  ].join('');
  const prior = parts.prior ?? new Uint8Array();
  const length = Buffer.from([prior.length >> 8, prior.length & 255]);
  return createHmac(hash, key.secret)
    .update(Buffer.concat(prior.length === 0 ? [] : [length, prior]))
    .update(parts.message)
    .update(Buffer.from(variables, 'hex'))
    .digest();
}

describe.each(algorithms)('%s', algorithm => {
  const key = keyOf(algorithm);

  it('signs a request as RFC 8945 4.3.3 says', () => {
    const { bytes, mac } = signMessage(request, key, now);
    expect(Buffer.from(mac)).toEqual(digest(key, { message: request }));
    const { tsig, additional } = decodeMessage(bytes);
    expect(additional).toEqual([]);
    expect(tsig).toEqual({
      at: request.length,
      keyName: 'key.example.org.',
      algorithm,
      record: {
        timeSigned: now,
        fudge: 60,
        mac,
        originalId: 0x1234,
        error: 0,
        other: new Uint8Array(),
      },
    });
  });

  it('trusts a reply whose MAC covers the request', () => {
    const { mac: requestMac } = signMessage(request, key, now);
    const reply = signReply(answer, key, { requestMac, timeSigned: now });
    expect(Buffer.from(decodeMessage(reply).tsig!.record.mac)).toEqual(
      digest(key, { prior: requestMac, message: answer }),
    );
    expect(verifyReply(reply, { key, requestMac, now })).toEqual({
      signed: 'yes',
      error: 0,
      errorName: 'NOERROR',
      serverTime: now,
    });
  });
});

describe('verifyReply', () => {
  const key = keyOf();
  const { mac: requestMac } = signMessage(request, key, now);
  const good = signReply(answer, key, { requestMac, timeSigned: now });
  const check = (reply: Uint8Array, at = now) => verifyReply(reply, { key, requestMac, now: at });

  it('takes an id that was changed on the way: the signature holds the original one', () => {
    expect(check(good.with(0, 0x99)).signed).toBe('yes');
  });

  it('does not trust a message with any bit turned', () => {
    for (let bit = 16; bit < good.length * 8; bit++) {
      const turned = good.with(bit >> 3, good[bit >> 3]! ^ (128 >> (bit & 7)));
      let signed = 'malformed';
      try {
        signed = check(turned).signed;
      } catch {
        // Nonsense is refused before it is judged.
      }
      // The case of the letters in the names of key and algorithm is not signed (RFC 8945 4.3.3).
      const letter = (bit & 7) === 2 && /[a-z]/i.test(String.fromCharCode(good[bit >> 3]!));
      const inNames = bit >> 3 < answer.length + 17 + 10 + 13;
      if (!(letter && inNames)) expect([bit, signed]).not.toEqual([bit, 'yes']);
    }
  });

  it('does not trust a reply to another request', () => {
    const other = signMessage(request.with(1, 0), key, now).mac;
    expect(verifyReply(good, { key, requestMac: other, now })).toMatchObject({ signed: 'bad' });
    const unbound = signMessage(answer, key, now).bytes;
    expect(check(unbound)).toMatchObject({ signed: 'bad' });
  });

  it.each([
    ['another name', { name: parseName('other.example.org') }, 'other.example.org'],
    ['another algorithm', { algorithm: 'hmac-sha512' as const }, 'hmac-sha512'],
    ['another secret', { secret: new Uint8Array(32).fill(8) }, 'its MAC is not the one'],
  ])('does not trust a reply with %s', (_, part, why) => {
    const reply = signReply(answer, { ...key, ...part }, { requestMac, timeSigned: now });
    const verdict = check(reply);
    expect(verdict.signed === 'bad' && verdict.why).toContain(why);
  });

  it('does not trust a shortened MAC, not even a right one (RFC 8945 5.2.2.1)', () => {
    const { mac } = decodeMessage(good).tsig!.record;
    for (const length of [1, 10, 16, 31]) {
      const at = Buffer.from(good).indexOf(Buffer.from(mac));
      const cut = Buffer.concat([good.subarray(0, at + length), good.subarray(at + mac.length)]);
      cut.writeUInt16BE(length, at - 2);
      const rdlength = answer.length + 17 + 8;
      cut.writeUInt16BE(cut.readUInt16BE(rdlength) - mac.length + length, rdlength);
      const verdict = check(cut);
      expect(verdict.signed === 'bad' && verdict.why).toContain(`${length} octets instead of 32`);
    }
  });

  it('does not trust a reply that was cut off', () => {
    const reply = signReply(answer.with(2, 0xaa), key, { requestMac, timeSigned: now });
    expect(check(reply)).toMatchObject({ signed: 'bad' });
  });

  it('keeps to the fudge, in both directions', () => {
    for (const apart of [300, -300]) expect(check(good, now + apart).signed).toBe('yes');
    for (const apart of [301, -301]) {
      const verdict = check(good, now + apart);
      expect(verdict.signed === 'bad' && verdict.why).toContain('301 s');
    }
  });

  it('knows an unsigned reply', () => {
    expect(check(answer)).toEqual({ signed: 'no', error: null, errorName: null });
  });

  it.each([
    [16, 'BADSIG'],
    [17, 'BADKEY'],
  ])('reads error %i %s, which anybody could have sent', (error, errorName) => {
    const rdata = [...[11], ...Buffer.from('hmac-sha256'), 0, 0, 0];
    rdata.push(...Buffer.from(now.toString(16).padStart(8, '0'), 'hex'), 1, 44);
    rdata.push(0, 0, 0x12, 0x34, 0, error, 0, 0);
    const owner = [
      3,
      ...Buffer.from('key'),
      7,
      ...Buffer.from('example'),
      3,
      ...Buffer.from('org'),
    ];
    const record = [...owner, 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, rdata.length, ...rdata];
    const reply = Uint8Array.from([...refusal.with(11, 1), ...record]);
    expect(check(reply)).toEqual({ signed: 'no', error, errorName });
  });

  it('reads BADTIME, which is signed and tells the time of the server', () => {
    const serverTime = now + 86_400;
    const other = serverTime.toString(16).padStart(12, '0');
    const reply = signReply(refusal, key, {
      requestMac,
      timeSigned: now,
      error: 18,
      other: new Uint8Array(Buffer.from(other, 'hex')),
    });
    const mac = digest(key, { prior: requestMac, message: refusal, error: 18, other });
    expect(Buffer.from(decodeMessage(reply).tsig!.record.mac)).toEqual(mac);
    // Our own clock may be the wrong one: the verdict holds at any hour.
    for (const at of [now, serverTime])
      expect(check(reply, at)).toEqual({
        signed: 'yes',
        error: 18,
        errorName: 'BADTIME',
        serverTime,
      });
  });

  it('refuses a TSIG record that is not the last one', () => {
    const { bytes } = signMessage(good, key, now);
    expect(() => check(bytes)).toThrow('not the last');
  });
});
