import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Places } from '../../src/transport/places.ts';

it('holds and forgets as a map of bounded size does', () => {
  const id = fc.integer({ min: 0, max: 65_535 });
  const few = fc.integer({ min: 0, max: 12 });
  const act = fc.record({ put: fc.boolean(), id: fc.oneof(few, id) });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), acts => {
      const places = new Places<string>(8);
      const model = new Map<number, string>();
      for (const [step, { put, id: number }] of acts.entries()) {
        if (!put) {
          places.remove(number);
          model.delete(number);
        } else if (places.room && !model.has(number)) {
          places.put(number, `item ${step}`);
          model.set(number, `item ${step}`);
        }
        expect(places.size).toBe(model.size);
        expect(places.room).toBe(model.size < 8);
        expect(places.get(number)).toBe(model.get(number) ?? null);
        expect([...places.all()].sort()).toEqual([...model.values()].sort());
      }
    }),
  );
});
