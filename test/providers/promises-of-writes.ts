import { expect, it } from 'vitest';
import { keyOf, keyText, type RRset, sameRRset } from '../../src/dns/rrset.ts';
import { faultOf, fresh, never, type Play, verbs } from './backend.ts';

export function readingAndWriting(play: Play): void {
  // Begin here. An absent RRset is null, not an error, and not the TXT that stands at the same name.
  it('1. reads null for an RRset that is not there', () =>
    play(async opened => {
      const { at, set, put, read } = verbs(opened);
      expect(await read({ name: at('nothing'), type: 'MX' })).toBeNull();
      await put(set('some', 'TXT', { ttl: 300, rdata: ['"not an MX"'] }));
      expect(await read({ name: at('some'), type: 'MX' })).toBeNull();
      expect(await read({ name: at('some'), type: 'AAAA' })).toBeNull();
    }));

  // Sets have no order, names no case. What comes back must be equal by value to what went in,
  // since everything later compares.
  it('2. reads back exactly what it wrote', () =>
    play(async opened => {
      const { mx, set, put, read, remove } = verbs(opened);
      const sets = [
        mx('one', 300, '10 mx1.example.net.'),
        mx('several', 77, '20 B.Example.net.', '10 a.example.net', '10 c.example.net.'),
        mx('deep.er', 86_400, '0 mx.example.net.'),
        set('some', 'TXT', { ttl: 60, rdata: ['"v=spf1 -all"', '"another"'] }),
        set('some', 'A', { ttl: 61, rdata: ['192.0.2.7'] }),
        set('some', 'AAAA', { ttl: 62, rdata: ['2001:DB8::7'] }),
      ];
      for (const one of sets) {
        await put(one);
        expect((await read(one))?.rrset).toEqual(one);
      }
      for (const one of sets) expect((await read(one))?.rrset).toEqual(one);
      for (const one of sets) {
        await remove(one);
        expect(await read(one)).toBeNull();
      }
    }));

  // A controller that was killed may write what is there already. That must be harmless.
  it('3. takes a write of what is already there', () =>
    play(async opened => {
      const { mx, put, read } = verbs(opened);
      const set = mx('twice', 300, '10 mx1.example.net.');
      await put(set);
      const before = await opened.writes();
      await put(set);
      expect(await opened.writes()).toBeLessThanOrEqual(before + 1);
      expect((await read(set))?.rrset).toEqual(set);
    }));

  // Lowering a TTL is the first thing a cutover does, and the one that servers most often ignore.
  it('4. changes only the TTL, only the records, or both', () =>
    play(async opened => {
      const { mx, put, read } = verbs(opened);
      const steps = [
        mx('changing', 3600, '10 mx1.example.net.'),
        mx('changing', 60, '10 mx1.example.net.'),
        mx('changing', 60, '10 mx1.example.net.', '20 mx2.example.net.'),
        mx('changing', 60, '0 new.example.net.'),
        mx('changing', 7200, '10 mx1.example.net.', '10 mx2.example.net.'),
        mx('changing', 300, '10 mx1.example.net.', '10 mx2.example.net.'),
      ];
      for (const step of steps) {
        await put(step);
        expect((await read(step))?.rrset).toEqual(step);
      }
    }));
}

export function comparing(play: Play): void {
  // This is what makes a cutover safe: somebody else's edit between our read and our write is never
  // overwritten, be it ever so small. The error says what was expected and what is there.
  it('5. refuses a stale write and changes nothing', () =>
    play(async opened => {
      const { mx, at, put, read } = verbs(opened);
      const ours = mx('@', 60, '0 new.example.net.');
      const old = mx('@', 300, '10 mx1.example.net.');
      const stale: readonly (readonly [RRset | null, RRset | null])[] = [
        [old, mx('@', 300, '10 other.example.net.')],
        [old, mx('@', 300, '10 mx1.example.net.', '20 mx2.example.net.')],
        [old, mx('@', 301, '10 mx1.example.net.')],
        [old, null],
        [null, old],
      ];
      const key = { name: at('@'), type: 'MX' };
      for (const [seen, meanwhile] of stale) {
        await opened.edit(key, seen);
        const from = await read(key);
        expect(from?.rrset ?? null).toEqual(seen);
        await opened.edit(key, meanwhile);
        const before = await opened.dump();
        const write = opened.provider.write([{ from, to: fresh(ours) }], never());
        const fault = await faultOf(write);
        expect(fault.code).toBe('CONFLICT');
        expect(fault.message).toContain(keyText(key));
        expect(fault.fix).toBeTruthy();
        expect(await opened.dump()).toEqual(before);
      }
      await put(ours);
    }));

  // A swap changes the MX and the SPF record together. If one of them moved, the other must not.
  it('6. makes two changes together or says what landed', () =>
    play(async opened => {
      const { mx, set, put, read } = verbs(opened);
      const [one, two] = [mx('a', 60, '10 a.example.net.'), mx('b', 60, '10 b.example.net.')];
      const moves = async () => [
        { from: await read(one), to: fresh(mx('a', 60, '0 new.example.net.')) },
        { from: await read(two), to: fresh(mx('b', 60, '0 new.example.net.')) },
        { from: null, to: fresh(set('c', 'TXT', { ttl: 60, rdata: ['"created"'] })) },
      ];
      await put(one);
      await put(two);
      const stale = await moves();
      await opened.edit(two, mx('b', 60, '10 foreign.example.net.'));
      const before = await opened.dump();
      const fault = await faultOf(opened.provider.write(stale, never()));
      expect(fault.code).toBe('CONFLICT');
      if (opened.provider.capabilities.atomicSets) expect(await opened.dump()).toEqual(before);
      else expect(fault.details).toHaveProperty('landed');
      await opened.edit(two, two);
      await opened.edit(one, one);
      await opened.provider.write(await moves(), never());
      expect((await read(one))?.rrset.rdata).toEqual(['0 new.example.net.']);
      expect((await read(two))?.rrset.rdata).toEqual(['0 new.example.net.']);
      expect(await read({ name: one.name, type: 'TXT' })).toBeNull();
    }));

  // A rollback is the same write with `from` and `to` exchanged; the TTL belongs to it.
  it('7. undoes a change, a creation and a deletion', () =>
    play(async opened => {
      const { mx, put, read } = verbs(opened);
      const a = mx('undo', 3600, '10 mx1.example.net.', '20 mx2.example.net.');
      const b = mx('undo', 60, '0 new.example.net.');
      for (const [before, after] of [
        [a, b],
        [null, a],
        [a, null],
      ] as const) {
        const key = keyOf(a);
        const there = await read(key);
        if (!sameRRset(there?.rrset ?? null, before)) {
          if (before === null) await opened.provider.write([{ from: there, to: null }], never());
          else await put(before);
        }
        const from = await read(key);
        const to = after === null ? null : fresh(after);
        await opened.provider.write([{ from, to }], never());
        const now = await read(key);
        expect(now?.rrset ?? null).toEqual(after);
        await opened.provider.write([{ from: now, to: from }], never());
        expect((await read(key))?.rrset ?? null).toEqual(before);
      }
    }));
}
