import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCredential } from '../../src/access/credential.ts';
import { makeAccess } from '../../src/access/make-access.ts';
import { newToken, newTokenCredential } from '../../src/access/tokens.ts';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { hour, openPlace, type Place } from './ground.ts';

const whoIs = ({ access }: Pick<Place, 'access'>, bearer: string) =>
  access.identify({ bearer, session: null });

describe('a token', () => {
  it('tells who holds it, and stands in the store without its secret', async () => {
    const place = openPlace();
    const { access, ground, now } = place;
    const order = { name: 'CI', role: 'operator', cutovers: ['example.org'], by: 'anna' } as const;
    const { secret, token } = await access.createToken({ ...order, expiresAt: now() + hour });
    expect(secret).toMatch(/^dnsc_[0-9a-f]{16}_[0-9a-f]{64}$/);
    expect(await whoIs(place, secret)).toEqual({
      ...{ id: token.id, kind: 'token', token: token.id, name: 'CI', role: 'operator' },
      ...{ cutovers: ['example.org'], expiresAt: now() + hour },
    });
    const { id } = token;
    const ends = { createdAt: now(), expiresAt: now() + hour, revokedAt: null };
    const { name, role, cutovers } = order;
    const listed = { ...{ id, name, role, cutovers, createdBy: 'anna' }, ...ends };
    expect(token).toEqual({ ...listed, lastUsedAt: null });
    expect(await access.tokens()).toEqual([{ ...listed, lastUsedAt: now() }]);
    const kept = JSON.stringify(await ground.documents.list('token', { limit: 10 }));
    expect(kept).not.toContain(readCredential(secret)?.secret);
  });

  it('is good until the moment at which it ends, and until it is revoked', async () => {
    const place = openPlace();
    const { access, pass } = place;
    const [short, long] = [await place.token({ lastsMs: 1000 }), await place.token()];
    pass(999);
    expect(await whoIs(place, short.secret)).not.toBeNull();
    pass(1);
    expect(await whoIs(place, short.secret)).toBeNull();
    const principal = await whoIs(place, long.secret);
    expect(principal && (await access.stands(principal))).toBe(true);
    expect(await access.revokeToken(long.id)).toBe(true);
    expect(await whoIs(place, long.secret)).toBeNull();
    expect(principal && (await access.stands(principal))).toBe(false);
    expect((await access.tokens()).find(({ id }) => id === long.id)?.revokedAt).toBe(place.now());
    expect(await access.revokeToken('0000000000000000')).toBe(false);
  });

  it('that one process revokes ends in another one', async () => {
    const place = openPlace();
    const { secret, id } = await place.token();
    const elsewhere = place.other('second');
    expect(await whoIs({ access: elsewhere }, secret)).not.toBeNull();
    await place.access.revokeToken(id);
    expect(await whoIs({ access: elsewhere }, secret)).toBeNull();
  });

  it('is proven by nothing but its whole secret', async () => {
    const place = openPlace();
    const { secret, id } = await place.token({ role: 'admin' });
    const other = await place.token();
    const swapped = secret.replace(id, other.id);
    const cases = [swapped, secret.toUpperCase(), ` ${secret}`, `${secret}\n`, '', 'dnsc__'];
    for (const text of [...cases, secret.replace('dnsc', 'dnsh'), secret.replace('dnsc', 'dnss')])
      expect(await whoIs(place, text)).toBeNull();
    const change = fc.tuple(
      fc.nat(secret.length - 1),
      fc.constantFrom('0', '7', 'a', 'f', 'F', '_', 'x'),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        const altered = secret.slice(0, at) + character + secret.slice(at + 1);
        expect((await whoIs(place, altered)) !== null).toBe(altered === secret);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.string(), async text => {
        expect(await whoIs(place, text)).toBeNull();
      }),
    );
  });

  it('is said to have been used once a minute', async () => {
    const place = openPlace();
    const { access, ground, now, pass } = place;
    const { secret, id } = await place.token();
    const version = async () => (await ground.documents.get('token', id))?.version;
    const first = now();
    await whoIs(place, secret);
    pass(limits.usedEveryMs - 1);
    await whoIs(place, secret);
    expect([await version(), (await access.tokens())[0]?.lastUsedAt]).toEqual([2, first]);
    pass(1);
    await Promise.all([whoIs(place, secret), whoIs({ access: place.other('b') }, secret)]);
    expect([await version(), (await access.tokens())[0]?.lastUsedAt]).toEqual([3, now()]);
  });

  it('is as good as ever where the store cannot be written', async () => {
    const { ground, token } = openPlace();
    const { secret, id } = await token();
    const broken = async (): Promise<boolean> => {
      throw new Fault('STORE', 'the disk is full');
    };
    const access = makeAccess({ ...ground, documents: { ...ground.documents, put: broken } });
    expect(await whoIs({ access }, secret)).toMatchObject({ id });
    await expect(access.login(secret)).rejects.toMatchObject({ code: 'STORE' });
  });

  it('that is damaged in the store is good for nobody', async () => {
    const place = openPlace();
    const { ground } = place;
    const { secret, id } = await place.token({ role: 'admin' });
    const kept = await ground.documents.get('token', id);
    const data = kept?.data as Record<string, unknown>;
    let version = kept?.version ?? 0;
    for (const change of [{ hash: '' }, { role: 'root' }, { expiresAt: null }, { cutovers: 1 }]) {
      await ground.documents.put({ ...kept!, version, data: { ...data, ...change } });
      version += 1;
      expect(await whoIs(place, secret)).toBeNull();
    }
    await ground.documents.put({ ...kept!, version, data });
    expect(await whoIs(place, secret)).not.toBeNull();
  });
});

describe('an order', () => {
  const given = { name: 'CI', role: 'viewer', cutovers: null, by: 'anna' } as const;

  it('has limits, each of which can be reached', async () => {
    const { access, now } = openPlace();
    const make = (order: object) =>
      access.createToken({ ...given, expiresAt: now() + hour, ...order });
    const cutovers = (count: number) => Array.from({ length: count }, (_, at) => `a.example.${at}`);
    const good = [
      { name: 'x'.repeat(limits.tokenNameCharacters) },
      { name: 'Jürgen Ö’Neill — CI #2' },
      { cutovers: cutovers(limits.tokenCutovers) },
      { cutovers: ['x'.repeat(255)] },
      { expiresAt: now() + limits.tokenLongestMs },
      { expiresAt: now() + 1 },
    ];
    for (const order of good) await make(order);
    const bad = [
      ...['', ' CI', 'CI ', 'C  I', 'C\nI', 'C\u202eI', 'C\u001b[31m', 'C\u200bI'].map(name => ({
        name,
      })),
      { name: 'x'.repeat(limits.tokenNameCharacters + 1) },
      ...[[], [''], ['a b'], ['é'], ['x'.repeat(256)]].map(list => ({ cutovers: list })),
      { cutovers: cutovers(limits.tokenCutovers + 1) },
      ...[now(), now() - 1, NaN, Infinity, now() + 0.5].map(expiresAt => ({ expiresAt })),
      { expiresAt: now() + limits.tokenLongestMs + 1 },
    ];
    for (const order of bad) await expect(make(order)).rejects.toMatchObject({ code: 'MALFORMED' });
    expect(await access.tokens()).toHaveLength(good.length);
  });

  it('names domains in any spelling, and means each once', async () => {
    const { access, now } = openPlace();
    const cutovers = ['Example.ORG.', 'example.org', 'EXAMPLE.net.7', 'x'.repeat(255)];
    const { token, secret } = await access.createToken({
      ...given,
      cutovers,
      expiresAt: now() + hour,
    });
    const meant = ['example.org', 'example.net.7', 'x'.repeat(255)];
    expect(token.cutovers).toEqual(meant);
    expect(await whoIs({ access }, secret)).toMatchObject({ cutovers: meant });
  });

  it('is refused when there are as many as there may be, and those that ended make room', async () => {
    const { access, ground, now, pass, token } = openPlace();
    const long = { ...given, expiresAt: now() + 2 * hour };
    for (let made = 0; made < limits.tokens - 1; made += 1)
      await ground.documents.put(newToken(long, newTokenCredential(ground), { now: now() }));
    const first = await token({ lastsMs: hour });
    await expect(token()).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await access.tokens()).toHaveLength(limits.tokens);
    pass(hour);
    const next = await token();
    const ids = (await access.tokens()).map(({ id }) => id);
    expect([ids.length, ids.includes(first.id), ids.includes(next.id)]).toEqual([
      ...[limits.tokens, false, true],
    ]);
    await expect(token()).rejects.toMatchObject({ code: 'REFUSED' });
    pass(hour + limits.tokenKeptMs + 1);
    expect(await ground.documents.sweep(now())).toBe(limits.tokens - 1);
  });
});
