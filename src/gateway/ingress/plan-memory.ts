// Plans of Ingresses that need not be made again: with thousands of them, a change of one Service's endpoints would otherwise take the
// event loop for a tenth of a second. A plan holds as long as the Ingress and everything that was looked up for it are the same objects.
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { addAll } from '../../kit/lists.ts';
import { type Planned, planIngress } from './plan.ts';
import type { Problem, World } from './world.ts';

interface Remembered {
  readonly planned: Planned;
  readonly problems: readonly Problem[];
  /** Whether each look-up still finds what it found. */
  readonly looks: readonly ((world: World) => boolean)[];
}

export class PlanMemory {
  readonly #plans = new WeakMap<Readonly<Ingress>, Remembered>();

  plan(ingress: Readonly<Ingress>, world: World, problems: Problem[]): Planned {
    const before = this.#plans.get(ingress);
    const holds = before?.looks.every((isSame) => isSame(world));
    const remembered = before && holds ? before : remember(ingress, world);
    this.#plans.set(ingress, remembered);
    addAll(problems, remembered.problems);
    return remembered.planned;
  }
}

function remember(ingress: Readonly<Ingress>, world: World): Remembered {
  const looks: ((world: World) => boolean)[] = [];
  const problems: Problem[] = [];
  const planned = planIngress(ingress, recording(world, looks), problems);
  return { planned, problems, looks };
}

const recording = (world: World, looks: ((world: World) => boolean)[]): World => ({
  ...world,
  service: (namespace, name) => {
    const found = world.service(namespace, name);
    looks.push((now) => now.service(namespace, name) === found);
    return found;
  },
  slices: (namespace, service) => {
    const found = world.slices(namespace, service);
    looks.push((now) => areSame(found, now.slices(namespace, service)));
    return found;
  },
  secret: (namespace, name) => {
    const found = world.secret(namespace, name);
    looks.push((now) => now.secret(namespace, name) === found);
    return found;
  },
});

const areSame = (
  before: readonly Readonly<EndpointSlice>[],
  now: readonly Readonly<EndpointSlice>[],
): boolean => before.length === now.length && before.every((slice, i) => slice === now[i]);
