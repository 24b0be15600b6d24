// Plans of routes that need not be made again: one holds as long as the route's generation and everything that was looked up for it are
// the same; a new status changes nothing. With thousands of routes, a change of one Service's endpoints would otherwise take the event loop for a tenth of a second.
import { keyOf } from '../../api/meta/v1/object.ts';
import { planHttp } from './http/rules.ts';
import type { PlannedRoute } from './plan.ts';
import { planStream } from './streams.ts';
import type { AnyRoute, Lookups } from './world.ts';

interface Remembered {
  readonly route: Readonly<AnyRoute>;
  readonly planned: PlannedRoute;
  /** Whether each look-up still finds what it found. */
  readonly looks: readonly ((now: Lookups) => boolean)[];
}

export class RoutePlans {
  #plans = new Map<string, Remembered>();
  #used = new Map<string, Remembered>();

  plan(route: Readonly<AnyRoute>, world: Lookups): PlannedRoute {
    const { uid = keyOf(route) } = route.metadata;
    const before = this.#plans.get(uid);
    const holds = before && isSameSpec(before.route, route) && before.looks.every((isSame) => isSame(world));
    const remembered = holds ? before : remember(route, world);
    this.#used.set(uid, remembered);
    return remembered.planned;
  }

  /** Forgets those that were not asked for since the last time. */
  prune(): void {
    this.#plans = this.#used;
    this.#used = new Map();
  }
}

const isSameSpec = (a: Readonly<AnyRoute>, b: Readonly<AnyRoute>): boolean =>
  a === b || (a.metadata.generation !== undefined && a.metadata.generation === b.metadata.generation);

function remember(route: Readonly<AnyRoute>, world: Lookups): Remembered {
  const looks: ((now: Lookups) => boolean)[] = [];
  return { route, planned: planRoute(route, recording(world, looks)), looks };
}

function planRoute(route: Readonly<AnyRoute>, world: Lookups): PlannedRoute {
  switch (route.kind) {
    case 'HTTPRoute':
    case 'GRPCRoute':
      return planHttp(route as Parameters<typeof planHttp>[0], world);
    default:
      return planStream(route as Parameters<typeof planStream>[0], world);
  }
}

function recording(world: Lookups, looks: ((now: Lookups) => boolean)[]): Lookups {
  const one = <T>(look: (now: Lookups) => T): T => {
    const found = look(world);
    looks.push((now) => look(now) === found);
    return found;
  };
  const several = <T>(look: (now: Lookups) => readonly T[]): readonly T[] => {
    const found = look(world);
    looks.push((now) => areSame(found, look(now)));
    return found;
  };
  return {
    reaches: (ip) => world.reaches(ip),
    service: (namespace, name) => one((now) => now.service(namespace, name)),
    secret: (namespace, name) => one((now) => now.secret(namespace, name)),
    configMap: (namespace, name) => one((now) => now.configMap(namespace, name)),
    slices: (namespace, name) => several((now) => now.slices(namespace, name)),
    grants: (namespace) => several((now) => now.grants(namespace)),
    policies: (namespace) => several((now) => now.policies(namespace)),
  };
}

const areSame = (before: readonly unknown[], now: readonly unknown[]): boolean =>
  before.length === now.length && before.every((one, i) => one === now[i]);
