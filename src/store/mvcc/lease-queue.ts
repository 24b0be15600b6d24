// The versions that expire, as a binary heap by expiry time. A version that was replaced or deleted meanwhile stays in the heap
// until its time; the store recognises it by its revision.

export interface Lease {
  /** Wall time in milliseconds. */
  readonly due: number;
  readonly key: string;
  readonly revision: number;
}

export class LeaseQueue {
  readonly #heap: Lease[] = [];

  get next(): Lease | undefined {
    return this.#heap[0];
  }

  /** All, in no order; some may be of versions that were replaced. */
  get all(): readonly Lease[] {
    return this.#heap;
  }

  add(lease: Lease): void {
    const heap = this.#heap;
    let at = heap.length;
    for (let parent = (at - 1) >> 1; at > 0 && heap[parent]!.due > lease.due; parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = lease;
  }

  /** Removes and returns the leases due at `now`, the earliest first. */
  take(now: number): Lease[] {
    const taken: Lease[] = [];
    for (let next = this.next; next && next.due <= now; next = this.next) {
      taken.push(next);
      this.#removeFirst();
    }
    return taken;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.due < heap[child]!.due) child++;
      if (heap[child]!.due >= last.due) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}
