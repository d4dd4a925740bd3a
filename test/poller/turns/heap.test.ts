import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heapOf, type Slotted } from '../../../src/poller/turns/heap.ts';

interface Item extends Slotted {
  value: number;
}

const item = (value: number): Item => ({ slot: -1, value });

describe('a heap', () => {
  it('gives back the least first, whatever is put in, moved and taken out', () => {
    const act = fc.tuple(fc.constantFrom('put', 'move', 'remove', 'pop'), fc.nat(), fc.nat(100));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 200 }), acts => {
        const heap = heapOf<Item>((one, other) => one.value < other.value);
        let model: Item[] = [];
        for (const [what, which, value] of acts) {
          const chosen = model[which % Math.max(1, model.length)];
          if (what === 'put') {
            const fresh = item(value);
            model.push(fresh);
            heap.put(fresh);
          } else if (what === 'move' && chosen !== undefined) {
            chosen.value = value;
            heap.put(chosen);
          } else {
            const gone = what === 'pop' ? heap.first() : chosen;
            if (gone !== undefined) heap.remove(gone);
            model = model.filter(one => one !== gone);
            expect(gone?.slot ?? -1).toBe(-1);
          }
          expect(heap.size).toBe(model.length);
          expect(heap.first()?.value ?? Infinity).toBe(
            Math.min(Infinity, ...model.map(one => one.value)),
          );
        }
      }),
    );
  });

  it('who stands elsewhere is not taken out', () => {
    const [here, there] = [heapOf<Item>(() => false), heapOf<Item>(() => false)];
    const [one, other] = [item(1), item(2)];
    here.put(one);
    there.put(other);
    here.remove(other);
    here.remove(item(3));
    expect([here.size, there.size]).toEqual([1, 1]);
  });

  it('100,000 items take no more comparisons than their logarithm', () => {
    let comparisons = 0;
    const heap = heapOf<Item>((one, other) => {
      comparisons += 1;
      return one.value < other.value;
    });
    const many = 100_000;
    for (let i = 0; i < many; i++) heap.put(item((i * 7919) % many));
    for (let first = heap.first(); first !== undefined; first = heap.first()) heap.remove(first);
    expect(comparisons).toBeLessThan(many * 17 * 3);
  });
});
