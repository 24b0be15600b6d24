// Which Service has an address and port that several want: the first in an order has all of it until it gives it up, and the others
// nothing, also not what the first does not use. Else another Service could lead away those of its clients for whom it has no rule of its
// own. Called by table-model.ts.

/** Whose address it is by its kind: cluster IPs and those of load balancers are given, external addresses are written by users. */
export type Rank = 1 | 2 | 3;

/** Of two Services the one that sorts first has it: by rank, then by age. `service` is its key. */
export const orderOf = (rank: Rank, created: string, service: string): string =>
  `${rank} ${created} ${service}`;

export const serviceOf = (order: string): string => order.slice(order.indexOf(' ', 2) + 1);

export class Fronts {
  readonly #holders = new Map<string, string>();
  readonly #rivals = new Map<string, Set<string>>();

  holderOf(front: string): string | undefined {
    return this.#holders.get(front);
  }

  want(front: string, order: string): void {
    const holder = this.#holders.get(front);
    if (holder === order) return;
    if (holder === undefined || order < holder) this.#holders.set(front, order);
    const other = holder !== undefined && order < holder ? holder : order;
    const rivals = this.#rivals.get(front);
    rivals?.delete(order);
    if (holder === undefined) return;
    if (rivals) rivals.add(other);
    else this.#rivals.set(front, new Set([other]));
  }

  giveUp(front: string, order: string): void {
    const rivals = this.#rivals.get(front);
    if (this.#holders.get(front) !== order) rivals?.delete(order);
    else if (rivals && rivals.size > 0) {
      const next = [...rivals].reduce((a, b) => (a < b ? a : b));
      rivals.delete(next);
      this.#holders.set(front, next);
    } else this.#holders.delete(front);
    if (rivals?.size === 0) this.#rivals.delete(front);
  }
}
