// Which routes give way when there is no room for all: of a namespace that uses more than its share the newer half, and half of that,
// until the rest fits. Those of other namespaces are not touched. Called by ../compile.ts.
import { MOST_BYTES_OF_ONE } from '../../model/limits.ts';
import { compare } from '../age.ts';
import type { Attached, PlannedRoute } from '../plan.ts';
import type { Fault } from '../verdict.ts';
import { addTo, MOST, nothing, Usage, type Use, type What } from './usage.ts';

const NAMES: Readonly<Record<What, string>> = {
  branches: 'matches',
  looks: 'tries of matches',
  backends: 'backends',
  bytes: 'bytes of configuration',
};

export const tooLarge: Fault = {
  reason: 'UnsupportedValue',
  message: `the route has more than ${MOST_BYTES_OF_ONE} bytes of configuration`,
};

export class Fitting {
  readonly refused = new Map<PlannedRoute, Fault>();
  /** What each route uses at least. */
  readonly #least = new Map<PlannedRoute, Use>();
  /** Those of each namespace that are left, the oldest first. */
  readonly #left: Map<string, PlannedRoute[]>;

  constructor(attached: Iterable<readonly Attached[]>) {
    for (const list of attached) for (const { planned, hosts } of list) this.#add(planned, hosts.length);
    this.#left = Map.groupBy(this.#least.keys(), ({ namespace }) => namespace);
    for (const list of this.#left.values()) list.sort((a, b) => compare(a.age, b.age));
    // What does not fit in any case is not even tried.
    for (let usage = this.usage(); ; usage = this.usage()) {
      for (const [namespace, use] of this.#leastOfEach()) usage.charge(namespace, use);
      if (this.fits(usage)) break;
    }
  }

  /** For a try with the routes that are left. */
  usage(): Usage {
    return new Usage(this.#leastOfEach());
  }

  /** Whether the routes that are left fit; if not there are fewer. */
  fits({ over }: Usage): boolean {
    for (const [namespace, what] of over) {
      const left = this.#left.get(namespace) ?? [];
      const message = `the routes of namespace ${namespace} have more ${NAMES[what]} than its share of ${MOST[what]}: older ones have the room`;
      for (const one of left.splice(Math.floor(left.length / 2)))
        this.refused.set(one, { reason: 'UnsupportedValue', message });
    }
    return over.size === 0;
  }

  #leastOfEach(): Map<string, Use> {
    const least = new Map<string, Use>();
    for (const [namespace, routes] of this.#left)
      for (const route of routes) addTo(least, namespace, this.#least.get(route)!);
    return least;
  }

  /** Backends are the same at all listeners, but for policies. */
  #add(planned: PlannedRoute, hosts: number): void {
    const before = this.#least.get(planned);
    const use = before ?? nothing();
    this.#least.set(planned, use);
    for (const { matches, backends } of planned.rules) {
      use.branches += matches.length * hosts;
      use.looks += 2 * matches.length * hosts;
      if (!before) use.backends += backends.length;
    }
  }
}
