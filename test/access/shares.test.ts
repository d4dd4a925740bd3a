import { describe, expect, it } from 'vitest';
import { type Principal } from '../../src/access/principal.ts';
import { sharePath } from '../../src/access/share-path.ts';
import { limits } from '../../src/limits.ts';
import { atTheDesk, hour, openPlace, type Place } from './ground.ts';

const cutover = 'example.org.1';

interface Given {
  readonly by?: Principal;
  readonly of?: string;
  readonly lastsMs?: number;
}

const share = (
  { access, now }: Place,
  { by = atTheDesk, of = cutover, lastsMs = hour }: Given = {},
) => access.createShare({ cutover: of, by, expiresAt: now() + lastsMs });

describe('a share link', () => {
  it('opens a session that sees one cutover, and that alone proves who it is', async () => {
    const place = openPlace();
    const { access, now } = place;
    const { secret, share: view } = await share(place);
    expect(secret).toMatch(/^dnsh_[0-9a-f]{32}_[0-9a-f]{64}$/);
    expect(sharePath(secret)).toBe(`/share#${secret}`);
    const { id } = view;
    const ends = { createdAt: now(), expiresAt: now() + hour, revokedAt: null };
    expect(view).toEqual({ id, cutover, createdBy: 'anna', ...ends });
    expect(await access.identify({ bearer: secret, session: null })).toBeNull();
    expect(await access.identify({ bearer: null, session: secret })).toBeNull();
    const session = await access.login(secret);
    expect(session?.principal).toMatchObject({
      ...{ kind: 'share', token: null, role: 'viewer', cutovers: [cutover] },
      expiresAt: now() + hour,
    });
    expect(await access.identify({ bearer: null, session: session!.secret })).toEqual(
      session?.principal,
    );
    expect(await access.login(secret.replace(/.$/, last => (last === '0' ? '1' : '0')))).toBeNull();
  });

  it('ends when it expires, when it is revoked, and when the token is that made it', async () => {
    const place = openPlace();
    const { access, pass } = place;
    const maker = await place.token({ role: 'operator', lastsMs: 2 * hour });
    const by = (await access.identify({ bearer: maker.secret, session: null }))!;
    const made = {
      short: await share(place, { by, lastsMs: 1000 }),
      revoked: await share(place, { by }),
      kept: await share(place, { by, lastsMs: 4 * hour }),
      elsewhere: await share(place, { lastsMs: 4 * hour }),
    };
    const sessions = new Map<string, Principal>();
    for (const [name, { secret }] of Object.entries(made))
      sessions.set(name, (await access.login(secret))!.principal);
    const good = async () => {
      const names: string[] = [];
      for (const [name, principal] of sessions)
        if (await access.stands(principal)) names.push(name);
      return names;
    };
    expect(await good()).toEqual(['short', 'revoked', 'kept', 'elsewhere']);
    pass(1000);
    expect(await good()).toEqual(['revoked', 'kept', 'elsewhere']);
    expect(await access.revokeShare('example.net.1', made.revoked.share.id)).toBe(false);
    expect(await access.revokeShare(cutover, made.revoked.share.id)).toBe(true);
    expect(await access.revokeShare(cutover, '0'.repeat(32))).toBe(false);
    expect(await good()).toEqual(['kept', 'elsewhere']);
    expect(await access.login(made.revoked.secret)).toBeNull();
    // That the token expires is no reason to end what it made; that it was revoked is.
    for (let passed = 0; passed < 3 * hour; passed += hour / 2) {
      pass(hour / 2);
      expect(await good()).toEqual(['kept', 'elsewhere']);
    }
    await access.revokeToken(maker.id);
    expect(await good()).toEqual(['elsewhere']);
    expect(await access.login(made.kept.secret)).toBeNull();
  });

  it('is one of a few of its cutover, and lasts a month at most', async () => {
    const place = openPlace();
    const { access, pass } = place;
    const longest = limits.shareLongestMs;
    await share(place, { lastsMs: longest });
    const tooLong = share(place, { lastsMs: longest + 1 });
    await expect(tooLong).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(share(place, { lastsMs: 0 })).rejects.toMatchObject({ code: 'MALFORMED' });
    for (let made = 1; made < limits.sharesPerCutover; made += 1) await share(place);
    await expect(share(place)).rejects.toMatchObject({ code: 'REFUSED', where: cutover });
    await share(place, { of: 'example.org.11' });
    const listed = await access.shares(cutover);
    expect(listed.map(one => one.cutover)).toEqual(
      Array.from({ length: limits.sharesPerCutover }, () => cutover),
    );
    expect(JSON.stringify(listed)).not.toContain('hash');
    await access.revokeShare(cutover, listed[0]!.id);
    await share(place);
    pass(hour);
    await share(place);
    const racing = Array.from({ length: 30 }, () => share(place));
    const ended = await Promise.allSettled(racing);
    expect(ended.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(20);
    const good = (await access.shares(cutover)).filter(one => one.revokedAt === null);
    expect(good.filter(one => one.expiresAt > place.now()).length).toBeLessThanOrEqual(
      limits.sharesPerCutover,
    );
  });

  it('opens as many sessions as it may, and then ends the oldest', async () => {
    const place = openPlace();
    const { secret } = await share(place);
    const first = await place.access.login(secret);
    place.pass(1);
    for (let count = 1; count < limits.sessionsPerShare; count += 1)
      await place.access.login(secret);
    expect(await place.access.stands(first!.principal)).toBe(true);
    await place.access.login(secret);
    expect(await place.access.stands(first!.principal)).toBe(false);
    expect(await place.access.sessions()).toHaveLength(limits.sessionsPerShare);
  });
});
