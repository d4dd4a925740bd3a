/** Questions that share a signal, so that one listener serves them all. */
export interface Fellows<Item> {
  /** The group of this signal; its members are given up when the signal is aborted. */
  of(signal: AbortSignal): Set<Item>;
}

/** Adding a listener costs time linear in those that are there; a sweep has one signal for all. */
export function fellowGroups<Item>(
  giveUp: (item: Item, signal: AbortSignal) => void,
): Fellows<Item> {
  const groups = new WeakMap<AbortSignal, Set<Item>>();
  return {
    of: signal => {
      const known = groups.get(signal);
      if (known !== undefined) return known;
      const group = new Set<Item>();
      groups.set(signal, group);
      const listen = (): void => {
        for (const item of [...group]) giveUp(item, signal);
      };
      signal.addEventListener('abort', listen, { once: true });
      return group;
    },
  };
}
