/** Things under way that all have the same time to end, in the order they began. */
export interface Timeline<Item> {
  /** `now` by performance.now(). */
  add(item: Item, now: number): void;
  remove(item: Item): void;
  /** Forgets everything. */
  stop(): void;
}

/**
 * Calls `expired` for each item that is still there after `ms`. As the time is the same for all,
 * the order of insertion is the order of the ends: one timer for the oldest does, and adding and
 * removing cost the same however many there are.
 */
export function timeline<Item>(ms: number, expired: (item: Item) => void): Timeline<Item> {
  const ends = new Map<Item, number>();
  let timer: NodeJS.Timeout | undefined;
  let immediate: NodeJS.Immediate | undefined;
  const expire = (upTo: number): void => {
    immediate = undefined;
    for (const [item, end] of ends) {
      if (end > upTo) break;
      ends.delete(item);
      expired(item);
    }
    arm();
  };
  const arm = (): void => {
    const { value: oldest, done } = ends.values().next();
    if (done === true || timer !== undefined || immediate !== undefined) return;
    const left = Math.max(1, Math.ceil(oldest - performance.now()));
    timer = setTimeout(() => {
      timer = undefined;
      const now = performance.now();
      // Replies that came while this process was busy are read first; they were in time.
      immediate = setImmediate(expire, now);
    }, left);
  };
  return {
    add: (item, now) => {
      ends.set(item, now + ms);
      if (timer === undefined) arm();
    },
    remove: item => {
      ends.delete(item);
    },
    stop: () => {
      ends.clear();
      clearTimeout(timer);
      clearImmediate(immediate);
      timer = immediate = undefined;
    },
  };
}
