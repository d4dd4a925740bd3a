/**
 * What is under way on one port by its id, in a fixed number of places. A Map would do the same and
 * make garbage at each rehash, a third of the cost of a question; this makes none.
 */
export class Places<Item> {
  /** The place of an id, counted from 1; 0 where it has none. */
  readonly #placeOf = new Uint8Array(65_536);
  readonly #items: (Item | null)[];
  readonly #ids: Uint16Array;
  #size = 0;

  /** At most 255 places. */
  constructor(count: number) {
    this.#items = Array.from({ length: count }, () => null);
    this.#ids = new Uint16Array(count);
  }

  get size(): number {
    return this.#size;
  }

  get room(): boolean {
    return this.#size < this.#items.length;
  }

  get(id: number): Item | null {
    const place = this.#placeOf[id] ?? 0;
    return place === 0 ? null : (this.#items[place - 1] ?? null);
  }

  /** Needs room, and an id that is not there. */
  put(id: number, item: Item): void {
    this.#items[this.#size] = item;
    this.#ids[this.#size] = id;
    this.#placeOf[id] = ++this.#size;
  }

  /** The last one moves into the place that becomes free. */
  remove(id: number): void {
    const place = this.#placeOf[id] ?? 0;
    if (place === 0) return;
    const last = --this.#size;
    const lastId = this.#ids[last] ?? 0;
    this.#items[place - 1] = this.#items[last] ?? null;
    this.#ids[place - 1] = lastId;
    this.#placeOf[lastId] = place;
    this.#placeOf[id] = 0;
    this.#items[last] = null;
  }

  /** A copy, so that items may be removed while it is walked. */
  all(): readonly Item[] {
    return this.#items.filter(item => item !== null);
  }
}
