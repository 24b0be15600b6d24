// Routes by themselves, and what they are attached to: both are remembered. A new status of a route, or of a Gateway, changes nothing.
// Called by compile.ts.
import type { ParentReference } from '../../api/kinds/gateway/v1/references.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { planHttp } from './http/rules.ts';
import { attach, type Parent, parentKeyOf } from './listeners/attach.ts';
import type { ResolvedListener } from './listeners/resolve.ts';
import { areSame, Looks, type Surroundings } from './looks.ts';
import { Memory } from './memory.ts';
import type { Attached, PlannedRoute } from './plan.ts';
import { planStream } from './streams.ts';
import type { Fault } from './verdict.ts';
import type { AnyRoute } from './world.ts';

/** A route with the parents of ours that it names. */
export interface CompiledRoute {
  readonly route: Readonly<AnyRoute>;
  readonly planned: PlannedRoute;
  readonly parents: readonly RouteParent[];
  readonly attached: readonly { readonly listener: ResolvedListener; readonly there: Attached }[];
}

export interface RouteParent {
  readonly ref: Readonly<ParentReference>;
  readonly notAccepted?: Fault;
}

interface Planned {
  readonly route: Readonly<AnyRoute>;
  readonly planned: PlannedRoute;
  readonly looks: Looks;
}

interface Placed {
  readonly compiled: CompiledRoute;
  readonly parents: readonly (Parent | undefined)[];
  readonly labels: unknown;
}

export const uidOf = (object: Readonly<Pick<KubeObject, 'metadata'>>): string =>
  object.metadata.uid ?? keyOf(object);

export const isSameSpec = (a: Readonly<KubeObject>, b: Readonly<KubeObject>): boolean =>
  a === b || (a.metadata.generation !== undefined && a.metadata.generation === b.metadata.generation);

export class RoutePlans {
  readonly #plans = new Memory<Planned>();
  readonly #placed = new Memory<Placed>();

  compile(
    route: Readonly<AnyRoute>,
    parentOf: ReadonlyMap<string, Parent>,
    world: Surroundings,
  ): CompiledRoute {
    const uid = uidOf(route);
    const planned = this.#plan(uid, route, world);
    const refs = route.spec.parentRefs ?? [];
    const parents = refs.map((ref) => parentOf.get(parentKeyOf(route, ref) ?? ''));
    const labels = world.namespaceLabels(route.metadata.namespace!);
    const isAsBefore = (before: Placed) =>
      before.compiled.planned === planned && before.labels === labels && areSame(before.parents, parents);
    const placed = this.#placed.get(
      uid,
      (before) => before.compiled.route === route && isAsBefore(before),
      (before) =>
        before && isAsBefore(before)
          ? { ...before, compiled: { ...before.compiled, route } }
          : { compiled: place(route, planned, parents, world), parents, labels },
    );
    return placed.compiled;
  }

  /** Forgets routes that were not compiled since the last time. */
  prune(): void {
    this.#plans.prune();
    this.#placed.prune();
  }

  #plan(uid: string, route: Readonly<AnyRoute>, world: Surroundings): PlannedRoute {
    const holds = (before: Planned) => isSameSpec(before.route, route) && before.looks.hold(world);
    return this.#plans.get(uid, holds, () => {
      const looks = new Looks();
      return { route, planned: planRoute(route, looks.recording(world)), looks };
    }).planned;
  }
}

function planRoute(route: Readonly<AnyRoute>, world: Surroundings): PlannedRoute {
  switch (route.kind) {
    case 'HTTPRoute':
    case 'GRPCRoute':
      return planHttp(route as Parameters<typeof planHttp>[0], world);
    default:
      return planStream(route as Parameters<typeof planStream>[0], world);
  }
}

function place(
  route: Readonly<AnyRoute>,
  planned: PlannedRoute,
  parents: readonly (Parent | undefined)[],
  world: Surroundings,
): CompiledRoute {
  const hostsAt = new Map<ResolvedListener, Set<string>>();
  const found: RouteParent[] = [];
  (route.spec.parentRefs ?? []).forEach((ref, i) => {
    const parent = parents[i];
    if (!parent) return;
    const attachments = attach(route, ref, parent, world);
    const notAccepted = 'reason' in attachments ? attachments : planned.unsupported;
    found.push({ ref, ...(notAccepted && { notAccepted }) });
    if ('reason' in attachments || notAccepted) return;
    for (const { listener, hosts } of attachments)
      hostsAt.set(listener, new Set([...(hostsAt.get(listener) ?? []), ...hosts]));
  });
  const attached = [...hostsAt].map(([listener, hosts]) => ({
    listener,
    there: { planned, hosts: [...hosts] },
  }));
  return { route, planned, parents: found, attached };
}
