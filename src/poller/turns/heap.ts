/** Something that stands in one heap at a time; the heap writes down where. */
export interface Slotted {
  /** Its place in the heap it stands in; -1: in none. Only the heap writes it. */
  slot: number;
}

/** A binary heap that knows where each of its items is, so that any of them can be moved or taken out. */
export interface Heap<Item extends Slotted> {
  /** The first of them, which stays. */
  first(): Item | undefined;
  /** Puts it in, or to its right place where it stands here already. */
  put(item: Item): void;
  /** Takes it out; false where it does not stand here. */
  remove(item: Item): boolean;
  /** Whether it stands here. */
  has(item: Item): boolean;
  readonly size: number;
}

/** `before`: whether the first of two items comes before the second. */
export function heapOf<Item extends Slotted>(
  before: (one: Item, other: Item) => boolean,
): Heap<Item> {
  const items: Item[] = [];
  const set = (slot: number, item: Item): void => {
    items[slot] = item;
    item.slot = slot;
  };
  const rise = (item: Item): void => {
    for (let slot = item.slot; slot > 0; slot = item.slot) {
      const parent = items[(slot - 1) >> 1];
      if (parent === undefined || !before(item, parent)) return;
      const up = parent.slot;
      set(slot, parent);
      set(up, item);
    }
  };
  const sink = (item: Item): void => {
    for (;;) {
      const [left, right] = [items[2 * item.slot + 1], items[2 * item.slot + 2]];
      if (left === undefined) return;
      const least = right !== undefined && before(right, left) ? right : left;
      if (!before(least, item)) return;
      const down = least.slot;
      set(item.slot, least);
      set(down, item);
    }
  };
  const settle = (item: Item): void => {
    rise(item);
    sink(item);
  };
  return {
    first: () => items[0],
    put: item => {
      if (items[item.slot] !== item) set(items.length, item);
      settle(item);
    },
    remove: item => {
      if (items[item.slot] !== item) return false;
      const last = items.pop();
      if (last !== undefined && last !== item) {
        set(item.slot, last);
        settle(last);
      }
      item.slot = -1;
      return true;
    },
    has: item => items[item.slot] === item,
    get size() {
      return items.length;
    },
  };
}
