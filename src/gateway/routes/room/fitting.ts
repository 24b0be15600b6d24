// Which routes give way when there is no room for all: of a namespace that uses more than its share the newer half, and half of that,
// until the rest fits. Those of other namespaces are not touched. Called by ../compile.ts.
import { MOST_BYTES_OF_ONE } from '../../model/limits.ts';
import { compare } from '../age.ts';
import type { Attached, PlannedRoute } from '../plan.ts';
import type { Fault } from '../verdict.ts';
import { addTo, MOST, type Usage, type Use, type Uses, type What } from './usage.ts';

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
  /** What each namespace uses at least. */
  readonly least: Uses;
  /** Those of each namespace that are left, the oldest first. */
  readonly #left: Map<string, PlannedRoute[]>;

  constructor(attached: Iterable<readonly Attached[]>) {
    const least = new Map<string, Use>();
    const routes = new Set<PlannedRoute>();
    for (const list of attached)
      for (const { planned, hosts } of list) {
        addTo(least, planned.namespace, leastOf(planned, hosts.length, !routes.has(planned)));
        routes.add(planned);
      }
    this.least = least;
    this.#left = Map.groupBy(routes, ({ namespace }) => namespace);
    for (const list of this.#left.values()) list.sort((a, b) => compare(a.age, b.age));
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
}

/** `first`: backends are the same at all listeners, but for policies. */
function leastOf({ rules }: PlannedRoute, hosts: number, first: boolean): Partial<Use> {
  let [matches, backends] = [0, 0];
  for (const rule of rules) {
    matches += rule.matches.length;
    backends += rule.backends.length;
  }
  return { branches: matches * hosts, looks: 2 * matches * hosts, backends: first ? backends : 0 };
}
