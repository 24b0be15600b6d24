// Bytes of request bodies that are being read or wait for seats. Each user may hold as many as are free: one who sends bodies
// without end, or stops in the middle of many, gets half of all, and others go on. Called by serve-fairly.ts. Upstream has no
// such limit.

const TOTAL = 64 * 1024 * 1024;

export class BodyBudget {
  readonly #total: number;
  #held = 0;
  readonly #byUser = new Map<string, number>();

  constructor(total = TOTAL) {
    this.#total = total;
  }

  get held(): number {
    return this.#held;
  }

  /** For one body. */
  open(user: string): BodyShare {
    let bytes = 0;
    return {
      add: (more) => {
        if ((this.#byUser.get(user) ?? 0) + more > this.#total - this.#held) return false;
        this.#change(user, more);
        bytes += more;
        return true;
      },
      release: () => {
        this.#change(user, -bytes);
        bytes = 0;
      },
    };
  }

  #change(user: string, by: number): void {
    const bytes = (this.#byUser.get(user) ?? 0) + by;
    this.#held += by;
    if (bytes > 0) this.#byUser.set(user, bytes);
    else this.#byUser.delete(user);
  }
}

export interface BodyShare {
  /** False if the user may hold no more. */
  add(bytes: number): boolean;
  /** Harmless when called again. */
  release(): void;
}
