import { describe, expect, it } from 'vitest';
import { type Session } from '../../src/access/access.ts';
import { readCredential } from '../../src/access/credential.ts';
import { makeAccess } from '../../src/access/make-access.ts';
import { Fault } from '../../src/errors.ts';
import { limits } from '../../src/limits.ts';
import { hour, openPlace, type Place } from './ground.ts';

const whoIs = ({ access }: Pick<Place, 'access'>, session: string | undefined) =>
  access.identify({ bearer: null, session: session ?? null });

describe('a session', () => {
  it('may what its token may, under an id of its own, and is kept without its secret', async () => {
    const place = openPlace();
    const token = await place.token({ role: 'approver', cutovers: ['example.org.1'] });
    const session = await place.access.login(token.secret);
    const { id, ...principal } = session!.principal;
    expect(id).toMatch(new RegExp(`^${token.id}\\.[0-9a-f]{16}$`));
    expect(principal).toEqual({
      ...{ kind: 'session', token: token.id, name: 'a approver', role: 'approver' },
      ...{ cutovers: ['example.org.1'], expiresAt: place.now() + limits.sessionMs },
    });
    expect(await whoIs(place, session?.secret)).toEqual({ id, ...principal });
    const kept = JSON.stringify(await place.ground.documents.list('session', { limit: 10 }));
    expect(kept).not.toContain(readCredential(session!.secret)?.secret);
  });

  it('begins for a token or a link alone, and for no agent', async () => {
    const place = openPlace();
    const { access } = place;
    const agent = await place.token({ role: 'agent' });
    const session = await access.login((await place.token()).secret);
    for (const secret of [agent.secret, session!.secret, '', 'x', agent.secret.slice(1)])
      expect(await access.login(secret)).toBeNull();
    expect(await access.sessions()).toHaveLength(1);
  });

  it('counts for nothing beside a bearer token, be that good or not, and never as one', async () => {
    const place = openPlace();
    const { access } = place;
    const [a, b] = [await place.token(), await place.token({ role: 'admin' })];
    const session = (await access.login(a.secret))!.secret;
    expect(await access.identify({ bearer: b.secret, session })).toMatchObject({ id: b.id });
    expect(await access.identify({ bearer: 'dnsc_x', session })).toBeNull();
    expect(await access.identify({ bearer: '', session })).toBeNull();
    expect(await access.identify({ bearer: session, session: null })).toBeNull();
    expect(await access.identify({ bearer: null, session: a.secret })).toBeNull();
    expect(await access.identify({ bearer: null, session: null })).toBeNull();
  });

  it('ends after an hour without use', async () => {
    const place = openPlace();
    const session = await place.access.login((await place.token()).secret);
    place.pass(limits.sessionIdleMs - 1);
    expect(await whoIs(place, session?.secret)).not.toBeNull();
    place.pass(limits.sessionIdleMs);
    expect(await whoIs(place, session?.secret)).toBeNull();
    expect(await place.access.stands(session!.principal)).toBe(false);
  });

  it('ends after a working day however it is used; a page that is open uses it', async () => {
    const place = openPlace();
    const session = await place.access.login((await place.token()).secret);
    const half = limits.sessionIdleMs / 2;
    for (let passed = 0; passed < limits.sessionMs; passed += half) {
      expect(await place.access.stands(session!.principal)).toBe(true);
      place.pass(half);
    }
    expect(await place.access.stands(session!.principal)).toBe(false);
    expect(await whoIs(place, session?.secret)).toBeNull();
  });

  it('ends with its token, whether that ends or is revoked', async () => {
    const place = openPlace();
    const { access } = place;
    const [short, long] = [await place.token({ lastsMs: 1000 }), await place.token()];
    const ofShort = await access.login(short.secret);
    const ofLong = await access.login(long.secret);
    expect(ofShort?.principal.expiresAt).toBe(place.now() + 1000);
    place.pass(1000);
    expect(await whoIs(place, ofShort?.secret)).toBeNull();
    expect(await access.stands(ofLong!.principal)).toBe(true);
    await place.other('second').revokeToken(long.id);
    expect(await whoIs(place, ofLong?.secret)).toBeNull();
    expect(await access.stands(ofLong!.principal)).toBe(false);
    expect(await access.sessions()).toEqual([]);
  });

  it('ends with its token also where whoever revoked that was killed in the midst of it', async () => {
    const { access, ground, token } = openPlace();
    const { secret, id } = await token();
    const session = await access.login(secret);
    const killed = async (): Promise<boolean> => {
      throw new Fault('STORE', 'the process ends');
    };
    const dying = makeAccess({ ...ground, documents: { ...ground.documents, remove: killed } });
    await expect(dying.revokeToken(id)).rejects.toMatchObject({ code: 'STORE' });
    expect(await whoIs({ access }, session?.secret)).toBeNull();
    expect(await access.stands(session!.principal)).toBe(false);
  });

  it('is listed without its secret, and ends by its id or by logging out', async () => {
    const place = openPlace();
    const { access, now } = place;
    const token = await place.token();
    const [one, two] = [await access.login(token.secret), await access.login(token.secret)];
    const times = { createdAt: now(), lastUsedAt: now(), expiresAt: now() + limits.sessionMs };
    const row = { kind: 'session', of: token.id, name: 'a viewer', ...times };
    const ids = [one!.principal.id, two!.principal.id].sort();
    expect(await access.sessions()).toEqual(ids.map(id => ({ id, ...row })));
    expect(await access.endSession(one!.principal.id)).toBe(true);
    expect(await access.endSession(one!.principal.id)).toBe(false);
    expect(await whoIs(place, one?.secret)).toBeNull();
    await access.logout(two!.secret.replace(/.$/, last => (last === '0' ? '1' : '0')));
    expect(await whoIs(place, two?.secret)).not.toBeNull();
    await access.logout(two!.secret);
    expect(await whoIs(place, two?.secret)).toBeNull();
    await access.logout('anything');
  });

  it('of a token that has as many as it may ends the oldest, also when several begin at once', async () => {
    const place = openPlace();
    const { access } = place;
    const [token, other] = [await place.token(), await place.token()];
    const apart = await access.login(other.secret);
    const sessions: (Session | null)[] = [];
    for (let count = 0; count < limits.sessionsPerToken; count += 1) {
      sessions.push(await access.login(token.secret));
      place.pass(1);
    }
    const good = async () =>
      Promise.all(sessions.map(async one => (await whoIs(place, one?.secret)) !== null));
    expect(await good()).not.toContain(false);
    await access.login(token.secret);
    expect((await good()).map((is, at) => [at, is]).filter(([, is]) => is === false)).toEqual([
      [0, false],
    ]);
    place.pass(1);
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => place.other(`p${at}`).login(token.secret)),
    );
    expect(await access.sessions()).toHaveLength(limits.sessionsPerToken + 1);
    expect(await whoIs(place, apart?.secret)).not.toBeNull();
  });

  it('that has ended is gone with the next sweep', async () => {
    const place = openPlace();
    const token = await place.token();
    await place.access.login(token.secret);
    place.pass(hour + 1);
    await place.access.login(token.secret);
    await place.ground.documents.sweep(place.ground.clock.now().wall);
    expect(await place.ground.documents.list('session', { limit: 10 })).toHaveLength(1);
  });
});
