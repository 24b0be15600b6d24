// How many clients all ports of the loopback serve at a time: each takes one or two of the process's descriptors, which has other work.

/** Of all ports together, and of one. */
const MOST = 16_384;
const MOST_OF_ONE = 4_096;

export class Room {
  readonly #most: number;
  #taken = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** `own`: how many clients the port has. False when there is no room for another one. */
  take(own: number): boolean {
    if (own >= MOST_OF_ONE || this.#taken >= this.#most) return false;
    this.#taken++;
    return true;
  }

  give(): void {
    this.#taken--;
  }
}
