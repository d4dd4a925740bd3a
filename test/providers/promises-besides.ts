import { expect, it } from 'vitest';
import { isWithin, parseName } from '../../src/dns/name.ts';
import { keyOf } from '../../src/dns/rrset.ts';
import { type Code } from '../../src/errors.ts';
import { faultOf, fresh, never, type Play, type Trouble, verbs } from './backend.ts';

const troubleCodes: Record<Trouble, Code> = {
  unauthorized: 'UNAUTHORIZED',
  'rate limited': 'RATE_LIMITED',
  'server error': 'UNAVAILABLE',
  reset: 'UNAVAILABLE',
  'malformed body': 'UNAVAILABLE',
  silent: 'UNAVAILABLE',
};

export function limitsAndForms(play: Play): void {
  // The floor is known, so nobody needs to ask the server to learn it.
  it('8. refuses a TTL under its floor before anything is sent', () =>
    play(async opened => {
      const { mx, put, read } = verbs(opened);
      const floor = opened.provider.capabilities.minTtl;
      const lowest = mx('floor', floor ?? 0, '10 mx1.example.net.');
      await put(lowest);
      expect((await read(lowest))?.rrset).toEqual(lowest);
      if (floor === null || floor === 0) return;
      const before = await opened.writes();
      const fault = await faultOf(put(mx('floor', floor - 1, '10 mx1.example.net.')));
      expect(fault.code).toBe('UNSUPPORTED');
      expect(fault.message).toContain(String(floor));
      expect(await opened.writes()).toBe(before);
    }));

  // Data that interfaces like to mangle: a DKIM key is longer than one string, quotes need escapes,
  // and a null MX looks like a host without a name.
  it('9. keeps a null MX, long and quoted TXT, and international names', () =>
    play(async opened => {
      const { mx, set, put, read } = verbs(opened);
      const long = `"v=DKIM1; k=rsa; p=${'A'.repeat(230)}" "${'B'.repeat(200)}"`;
      const sets = [
        mx('null', 300, '0 .'),
        set('k1._domainkey', 'TXT', { ttl: 300, rdata: [long] }),
        set('quoted', 'TXT', { ttl: 300, rdata: ['"say \\"hello\\", \\\\ and ; and \\200"'] }),
        set('strings', 'TXT', { ttl: 300, rdata: ['"one" "two"', '"onetwo"'] }),
        mx('bücher', 300, '10 mx.bücher.example.'),
      ];
      for (const one of sets) {
        await put(one);
        expect((await read(one))?.rrset).toEqual(one);
      }
    }));

  // Whatever else stands in the zone is somebody's web shop.
  it('10. leaves every other RRset untouched', () =>
    play(async opened => {
      const { mx, put, remove } = verbs(opened);
      const before = await opened.dump();
      expect(before.length).toBeGreaterThanOrEqual(20);
      const set = mx('visitor', 300, '10 mx1.example.net.');
      await put(set);
      await put(mx('visitor', 60, '0 new.example.net.'));
      await remove(set);
      expect(await opened.dump()).toEqual(before);
    }));
}

export function clocks(play: Play): void {
  // Its clock is ours here; what is told of it must be as near as it says.
  it('18. tells how far its clock is from ours, once it has answered', () =>
    play(async opened => {
      const { mx, put } = verbs(opened);
      if (opened.provider.skew === undefined) return;
      await put(mx('timed', 300, '10 mx1.example.net.'));
      const skew = opened.provider.skew();
      expect(skew).not.toBeNull();
      expect(Math.abs(skew?.aheadMs ?? Infinity)).toBeLessThanOrEqual((skew?.unsureMs ?? 0) + 1000);
    }));
}

export function inventory(play: Play): void {
  // What else names the host that is to be closed: a wildcard, a subdomain, another domain of the account.
  it('17. lists every MX of the zone, and the zones, where it can list', () =>
    play(async opened => {
      const { mx, put } = verbs(opened);
      const { provider, zone } = opened;
      if (provider.mxSets === undefined || provider.zones === undefined) return;
      const sets = [
        mx('listed', 300, '10 mx1.example.net.', '20 mx2.example.net.'),
        mx('*.deep', 600, '10 mx1.example.net.'),
      ];
      for (const one of sets) await put(one);
      const found = await provider.mxSets(zone, never());
      expect(found).toEqual(expect.arrayContaining(sets));
      expect(found.every(({ type, name }) => type === 'MX' && isWithin(name, zone))).toBe(true);
      expect(new Set(found.map(({ name }) => name)).size).toBe(found.length);
      const { zones } = await provider.zones(100, never());
      expect(zones).toContain(zone);
      expect((await provider.zones(0, never())).whole).toBe(false);
    }));
}

export function waitingAndFailing(play: Play): void {
  it('11. says when a write has arrived, and knows its own receipts', () =>
    play(async opened => {
      const { mx, put } = verbs(opened);
      const { provider } = opened;
      if (provider.capabilities.syncStatus === 'reported' && opened.slow !== undefined) {
        await opened.slow();
        const receipt = await put(mx('slow', 60, '10 mx1.example.net.'));
        expect(await provider.synced(receipt, never())).toBe(false);
      }
      const receipt = await put(mx('soon', 60, '10 mx1.example.net.'));
      let synced = false;
      for (let asked = 0; asked < 50 && !synced; asked++)
        synced = await provider.synced(receipt, never());
      expect(synced).toBe(true);
      await faultOf(provider.synced({ id: 'never given', data: null }, never()));
    }));

  // The caller decides by code alone: give up, wait, or read what happened.
  it('12. gives each trouble its code and keeps secrets to itself', () =>
    play(async opened => {
      const { mx, put, read } = verbs(opened);
      const set = mx('trouble', 60, '10 mx1.example.net.');
      for (const [kind, code] of Object.entries(troubleCodes)) {
        const provoke = opened.trouble?.[kind as Trouble];
        if (provoke === undefined) continue;
        await provoke();
        const fault = await faultOf(put(set));
        expect([kind, fault.code]).toEqual([kind, code]);
        expect(fault.fix).toBeTruthy();
        if (code === 'RATE_LIMITED') expect(fault.retryAfterMs).toBeGreaterThan(0);
        const said = JSON.stringify([fault.message, fault.fix, fault.where, fault.details]);
        for (const secret of opened.secrets ?? []) expect(said).not.toContain(secret);
      }
      expect(await read(set)).toBeNull();
    }));

  it('13. gives up when the caller does, before anything is written', () =>
    play(async opened => {
      const { mx } = verbs(opened);
      const to = fresh(mx('aborted', 60, '10 mx1.example.net.'));
      const before = await opened.writes();
      const aborted = AbortSignal.abort();
      const { provider } = opened;
      expect((await faultOf(provider.write([{ from: null, to }], aborted))).code).toBe('ABORTED');
      expect((await faultOf(provider.read(keyOf(to.rrset), aborted))).code).toBe('ABORTED');
      expect((await faultOf(provider.writable([{ from: null, to }], aborted))).code).toBe(
        'ABORTED',
      );
      expect(await opened.writes()).toBe(before);
    }));
}

export function findingTheZone(play: Play): void {
  it('14. finds the longest matching zone and never guesses between two', () =>
    play(async opened => {
      const { provider, zone } = opened;
      expect(await provider.zone(zone, never())).toBe(zone);
      expect(await provider.zone(parseName(`a.b.${zone}`), never())).toBe(zone);
      if (opened.nested !== undefined) {
        const { outer, inner } = opened.nested;
        expect(isWithin(inner, outer)).toBe(true);
        expect(await provider.zone(parseName(`a.${inner}`), never())).toBe(inner);
        expect(await provider.zone(parseName(`a.${outer}`), never())).toBe(outer);
      }
      const elsewhere = faultOf(provider.zone(parseName('elsewhere.invalid'), never()));
      expect(['NOT_FOUND', 'UNAUTHORIZED', 'UNAVAILABLE']).toContain((await elsewhere).code);
      if (opened.twins === undefined) return;
      const twins = await opened.twins();
      expect((await faultOf(twins.zone(zone, never()))).code).toBe('UNSUPPORTED');
    }));

  it('15. finds an RRset in a zone of many', () =>
    play(async opened => {
      await opened.pages?.();
      const { mx, put, read } = verbs(opened);
      for (const label of ['aaa', 'mmm', 'zzz']) {
        const set = mx(label, 60, `10 ${label}.example.net.`);
        await put(set);
        expect((await read(set))?.rrset).toEqual(set);
      }
    }));

  // Asked at every gate: is the way forward open, and the way back?
  it('16. says whether a write could be made, without making it', () =>
    play(async opened => {
      const { mx, put, read } = verbs(opened);
      const set = mx('could', 300, '10 mx1.example.net.');
      await put(set);
      const before = [await opened.writes(), await opened.dump()];
      const from = await read(set);
      const to = fresh(mx('could', 60, '0 new.example.net.'));
      const created = fresh(mx('fresh', 60, '0 new.example.net.'));
      const moves = [
        { from, to },
        { from: null, to: created },
      ];
      expect(['yes', 'cannot-tell']).toContain(await opened.provider.writable(moves, never()));
      expect(['yes', 'cannot-tell']).toContain(
        await opened.provider.writable([{ from, to: null }], never()),
      );
      expect([await opened.writes(), await opened.dump()]).toEqual(before);
    }));
}
