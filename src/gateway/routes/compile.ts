// From the objects of Gateway API to the model of the door, and what has to be said about each of them. Pure. Called by ../gateway-part.ts.
import { GATEWAY_CONTROLLER } from '../../api/gateways/names.ts';
import type { BackendTLSPolicy } from '../../api/kinds/gateway/v1/backend-tls-policy.ts';
import type { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import type { Steps } from '../../kit/clock.ts';
import { addAll } from '../../kit/lists.ts';
import type { Entrance } from '../model/entrances.ts';
import type { DoorModel } from '../model/model.ts';
import { byAge } from './age.ts';
import { policyVerdicts, targetedServices } from './backends/tls.ts';
import { EntrancePlans } from './entrances.ts';
import { type CompiledGateway, GatewayPlans, setsByGateway } from './gateways.ts';
import type { AddressSource } from './listeners/addresses.ts';
import { type Parent, parentKeyOf } from './listeners/attach.ts';
import type { ResolvedListener } from './listeners/resolve.ts';
import type { Attached, PlannedRoute } from './plan.ts';
import { PolicyPlans } from './policies/policy-plans.ts';
import { type CompiledRoutePolicy, RoutePolicies } from './policies/route-policies.ts';
import { Fitting, tooLarge } from './room/fitting.ts';
import { type CompiledRoute, RoutePlans } from './route-plans.ts';
import type { Fault, Verdict } from './verdict.ts';
import type { GatewayWorld } from './world.ts';

export interface CompiledPolicy {
  readonly policy: Readonly<BackendTLSPolicy>;
  readonly gateways: readonly Readonly<Gateway>[];
  readonly verdicts: readonly Verdict[];
}

export interface Compiled {
  readonly model: Pick<DoorModel, 'entrances' | 'backends'>;
  readonly gateways: readonly CompiledGateway[];
  readonly routes: readonly CompiledRoute[];
  readonly policies: readonly CompiledPolicy[];
  readonly routePolicies: readonly CompiledRoutePolicy[];
  readonly attached: ReadonlyMap<ResolvedListener, readonly Attached[]>;
}

/** Remembers what need not be made again. */
export class Compiler {
  readonly #addresses: AddressSource;
  readonly #gateways = new GatewayPlans();
  readonly #routes = new RoutePlans();
  readonly #policies = new PolicyPlans();
  #entrances: EntrancePlans | undefined;

  constructor(addresses: AddressSource) {
    this.#addresses = addresses;
  }

  /** In steps: the first time thousands of routes take longer than the event loop may be held. */
  *compile(world: GatewayWorld): Steps<Compiled> {
    const addresses = this.#addresses.assign(world.gateways);
    const sets = setsByGateway(world.listenerSets);
    const gateways = [...world.gateways]
      .sort(byAge)
      .map((one) => this.#gateways.compile(one, addresses.get(one)!, sets.get(keyOf(one)) ?? [], world));
    const parents = new Map(gateways.flatMap((one) => [...one.parents]));
    const routes: CompiledRoute[] = [];
    for (const route of world.routes) {
      routes.push(this.#routes.compile(route, parents, world));
      yield;
    }
    this.#gateways.prune();
    this.#routes.prune();
    const routePolicies = new RoutePolicies(world, this.#policies);
    this.#policies.prune();
    const attached = attachedTo(routes);
    const { plans, entrances, refused } = yield* this.#entrancesOf(gateways, attached, routePolicies);
    this.#entrances = plans;
    plans.close();
    const told = routes.filter(
      ({ parents: some, route }) => some.length > 0 || isMentioned(route.status?.parents),
    );
    return {
      model: { entrances, backends: plans.backends },
      gateways,
      routes: refused.size > 0 ? told.map((route) => withRefusal(route, refused)) : told,
      policies: compiledPolicies(world, gateways, routes, parents),
      routePolicies: routePolicies.compiled,
      attached,
    };
  }

  /** Without the routes for which there is no room. */
  *#entrancesOf(
    gateways: readonly CompiledGateway[],
    attached: ReadonlyMap<ResolvedListener, readonly Attached[]>,
    policies: RoutePolicies,
  ): Steps<Fitted> {
    const fitting = new Fitting(attached.values());
    for (;;) {
      const usage = fitting.usage();
      const plans = new EntrancePlans(policies, usage, this.#entrances);
      const { refused } = fitting;
      const left = (listener: ResolvedListener) => {
        const all = attached.get(listener) ?? [];
        return refused.size === 0 ? all : all.filter(({ planned }) => !refused.has(planned));
      };
      const entrances: Entrance[] = [];
      for (const one of gateways) {
        addAll(entrances, yield* plans.entrances(one, left));
        yield;
      }
      if (!fitting.fits(usage)) continue;
      for (const one of plans.tooLarge) refused.set(one, tooLarge);
      return { plans, entrances, refused };
    }
  }
}

interface Fitted {
  readonly plans: EntrancePlans;
  readonly entrances: readonly Entrance[];
  readonly refused: ReadonlyMap<PlannedRoute, Fault>;
}

function attachedTo(routes: readonly CompiledRoute[]): Map<ResolvedListener, Attached[]> {
  const found = new Map<ResolvedListener, Attached[]>();
  for (const { attached } of routes)
    for (const { listener, there } of attached) {
      const list = found.get(listener);
      if (list) list.push(there);
      else found.set(listener, [there]);
    }
  return found;
}

/** Something of ours has to go from the status. */
const isMentioned = (entries: readonly { readonly controllerName: string }[] = []): boolean =>
  entries.some(({ controllerName }) => controllerName === GATEWAY_CONTROLLER);

function compiledPolicies(
  world: GatewayWorld,
  gateways: readonly CompiledGateway[],
  routes: readonly CompiledRoute[],
  parents: ReadonlyMap<string, Parent>,
): CompiledPolicy[] {
  if (world.backendPolicies.length === 0) return [];
  const byKey = new Map(gateways.map(({ gateway }) => [keyOf(gateway), gateway]));
  const reached = new Map<string, Set<string>>();
  for (const { route, planned, parents: some } of routes)
    for (const { ref, notAccepted } of some) {
      const { gateway } = parents.get(parentKeyOf(route, ref)!)!;
      if (notAccepted) continue;
      for (const service of planned.services)
        reached.set(service, (reached.get(service) ?? new Set()).add(gateway));
    }
  const reaching = (policy: Readonly<BackendTLSPolicy>) =>
    targetedServices(policy).flatMap((name) => [
      ...(reached.get(`${policy.metadata.namespace}/${name}`) ?? []),
    ]);
  return world.backendPolicies
    .map((policy) => ({
      policy,
      gateways: [...new Set(reaching(policy))].map((key) => byKey.get(key)!).sort(byAge),
    }))
    .filter(({ policy, gateways: some }) => some.length > 0 || isMentioned(policy.status?.ancestors))
    .map((found) => ({ ...found, verdicts: policyVerdicts(found.policy, world) }));
}

function withRefusal(route: CompiledRoute, refused: ReadonlyMap<PlannedRoute, Fault>): CompiledRoute {
  const fault = refused.get(route.planned);
  if (!fault) return route;
  const parents = route.parents.map((parent) => ({ ...parent, notAccepted: parent.notAccepted ?? fault }));
  return { ...route, parents };
}
