/** Who wants to hear that lines were stored. */
export interface Feed {
  /** True while anybody listens. */
  heard(): boolean;
  /** Returns the way to stop; a stopped one is never called again. */
  add(changed: () => void): () => void;
  /** Calls everybody in a microtask of its own, so that no consumer runs inside a save. */
  notify(): void;
  /** Nobody is called any more, not even for what was stored before. */
  end(): void;
}

export function openFeed(): Feed {
  const watchers = new Set<{ readonly changed: () => void }>();
  return {
    heard: () => watchers.size > 0,
    add: changed => {
      // An object of its own, because the same function may be added twice and stopped once.
      const watcher = { changed };
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    notify: () => {
      for (const watcher of watchers)
        queueMicrotask(() => {
          if (watchers.has(watcher)) watcher.changed();
        });
    },
    end: () => {
      watchers.clear();
    },
  };
}
