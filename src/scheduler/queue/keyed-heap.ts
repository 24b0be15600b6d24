// A heap whose entries can be found, replaced and removed by their key: each of these and taking the first takes time that grows
// with the logarithm of the number of entries. Of entries that are alike the one that came first is first.

interface Slot<T> {
  readonly key: string;
  /** Of arrival. */
  readonly order: number;
  value: T;
}

export class KeyedHeap<T> {
  readonly #less: (a: T, b: T) => boolean;
  readonly #slots: Slot<T>[] = [];
  readonly #places = new Map<string, number>();
  #arrivals = 0;

  constructor(less: (a: T, b: T) => boolean) {
    this.#less = less;
  }

  get size(): number {
    return this.#slots.length;
  }

  get(key: string): T | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : this.#slots[place]!.value;
  }

  /** In no particular order. */
  *values(): Iterable<T> {
    for (const { value } of this.#slots) yield value;
  }

  first(): T | undefined {
    return this.#slots[0]?.value;
  }

  /** A known key keeps its place among entries that are alike. */
  set(key: string, value: T): void {
    const known = this.#places.get(key);
    const place = known ?? this.#slots.length;
    if (known === undefined) this.#put(place, { key, order: this.#arrivals++, value });
    else this.#slots[known]!.value = value;
    this.#settle(place);
  }

  /** Returns whether the key was there. */
  delete(key: string): boolean {
    const place = this.#places.get(key);
    if (place === undefined) return false;
    this.#places.delete(key);
    const last = this.#slots.pop()!;
    if (place < this.#slots.length) {
      this.#put(place, last);
      this.#settle(place);
    }
    return true;
  }

  #settle(place: number): void {
    this.#sink(this.#rise(place));
  }

  #rise(from: number): number {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(place, parent)) break;
      this.#swap(place, parent);
      place = parent;
    }
    return place;
  }

  #sink(from: number): void {
    for (let place = from; ; ) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < this.#slots.length && this.#isBefore(child, least)) least = child;
      if (least === place) return;
      this.#swap(place, least);
      place = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#slots[a]!, this.#slots[b]!];
    if (this.#less(one.value, other.value)) return true;
    return one.order < other.order && !this.#less(other.value, one.value);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#slots[a]!, this.#slots[b]!];
    this.#put(a, other);
    this.#put(b, one);
  }

  #put(place: number, slot: Slot<T>): void {
    this.#slots[place] = slot;
    this.#places.set(slot.key, place);
  }
}
