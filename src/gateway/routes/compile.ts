// From the objects of Gateway API to the model of the door, and what has to be said about each of them. Pure. Called by ../gateways.ts.
import { GATEWAY_CONTROLLER } from '../../api/gateways/names.ts';
import type { BackendTLSPolicy } from '../../api/kinds/gateway/v1/backend-tls-policy.ts';
import type { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import type { ListenerSet } from '../../api/kinds/gateway/v1/listener-set.ts';
import { GATEWAY_GROUP, type ParentReference } from '../../api/kinds/gateway/v1/references.ts';
import type { DoorModel } from '../model/model.ts';
import { byAge } from './age.ts';
import { policyVerdicts, targetedServices } from './backends/tls.ts';
import { type Attached, EntrancePlans } from './entrances.ts';
import { type AddressPair, type Assigned, assignAddresses } from './listeners/addresses.ts';
import { type Attachment, attach, isSelected, parentKey, parentKeyOf } from './listeners/attach.ts';
import type { Owner } from './listeners/owner.ts';
import { type ResolvedListener, resolveListeners } from './listeners/resolve.ts';
import { keyPairOf } from './listeners/tls.ts';
import type { PlannedRoute } from './plan.ts';
import type { RoutePlans } from './plan-memory.ts';
import type { Fault, Verdict } from './verdict.ts';
import type { AnyRoute, GatewayWorld } from './world.ts';

export interface CompiledGateway {
  readonly gateway: Readonly<Gateway>;
  readonly address: Assigned;
  /** Nothing of it is served. */
  readonly notAccepted?: Fault;
  readonly unresolved?: Fault;
  /** Of its own and of its ListenerSets. */
  readonly listeners: readonly ResolvedListener[];
  readonly sets: readonly CompiledSet[];
}

export interface CompiledSet {
  readonly set: Readonly<ListenerSet>;
  readonly notAccepted?: Fault;
}

export interface CompiledRoute {
  readonly route: Readonly<AnyRoute>;
  readonly planned: PlannedRoute;
  readonly parents: readonly { readonly ref: Readonly<ParentReference>; readonly notAccepted?: Fault }[];
}

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
  readonly attached: ReadonlyMap<ResolvedListener, readonly Attached[]>;
  readonly plans: EntrancePlans;
}

/** `before` may remember what need not be made again. */
export function compile(
  world: GatewayWorld,
  pool: readonly AddressPair[],
  memory: RoutePlans,
  before?: EntrancePlans,
): Compiled {
  const addresses = assignAddresses(world.gateways, pool);
  const gateways = [...world.gateways]
    .sort(byAge)
    .map((gateway) => resolveGateway(gateway, addresses.get(gateway.metadata.uid!)!, world));
  const parents = parentsOf(gateways);
  const attached = new Map<ResolvedListener, Attached[]>();
  const reached = new Map<string, Set<Readonly<Gateway>>>();
  const routes = world.routes
    .map((route) => attachRoute(route, parents, world, memory, attached, reached))
    .filter(({ parents: some, route }) => some.length > 0 || isMentioned(route.status?.parents));
  memory.prune();
  const plans = new EntrancePlans(before);
  const entrances = gateways.flatMap((one) =>
    one.notAccepted || one.address.pairs.length === 0
      ? []
      : plans.entrances(
          one.gateway,
          one.listeners,
          one.address.pairs.flatMap(({ outside, inside }) => (inside ? [outside, inside] : [outside])),
          clientOf(one.gateway, world),
          (listener) => attached.get(listener) ?? [],
        ),
  );
  plans.close();
  return {
    model: { entrances, backends: plans.backends },
    gateways,
    routes: plans.refused.size > 0 ? routes.map((route) => withRefusal(route, plans.refused)) : routes,
    policies: compiledPolicies(world, reached),
    attached,
    plans,
  };
}

/** Something of ours has to go from the status. */
const isMentioned = (entries: readonly { readonly controllerName: string }[] = []): boolean =>
  entries.some(({ controllerName }) => controllerName === GATEWAY_CONTROLLER);

function compiledPolicies(
  world: GatewayWorld,
  reached: ReadonlyMap<string, ReadonlySet<Readonly<Gateway>>>,
): CompiledPolicy[] {
  const of = (policy: Readonly<BackendTLSPolicy>) =>
    targetedServices(policy).flatMap((name) => [
      ...(reached.get(`${policy.metadata.namespace}/${name}`) ?? []),
    ]);
  return world.backendPolicies
    .map((policy) => ({ policy, gateways: [...new Set(of(policy))].sort(byAge) }))
    .filter(({ policy, gateways }) => gateways.length > 0 || isMentioned(policy.status?.ancestors))
    .map((found) => ({ ...found, verdicts: policyVerdicts(found.policy, world) }));
}

interface Found {
  readonly gateway: Readonly<Gateway>;
  readonly listeners: readonly ResolvedListener[];
}

function resolveGateway(gateway: Readonly<Gateway>, address: Assigned, world: GatewayWorld): CompiledGateway {
  const own: Owner = { kind: 'Gateway', object: gateway };
  const candidates = world.listenerSets
    .filter(
      ({
        metadata,
        spec: {
          parentRef: { group = GATEWAY_GROUP, kind = 'Gateway', name, namespace = metadata.namespace },
        },
      }) =>
        group === GATEWAY_GROUP &&
        kind === 'Gateway' &&
        name === gateway.metadata.name &&
        namespace === gateway.metadata.namespace,
    )
    .toSorted(byAge);
  const allowed = candidates.filter((set) => isAllowed(set, gateway, world));
  const owners: readonly Owner[] = [
    own,
    ...allowed.map((object) => ({ kind: 'ListenerSet' as const, object })),
  ];
  const listeners = resolveListeners(gateway, owners, world);
  const notAccepted = acceptance(gateway, address, listeners);
  const unresolved = resolution(gateway, listeners, world);
  return {
    gateway,
    address,
    listeners,
    sets: candidates.map((set) => ({ set, ...setFault(set, allowed.includes(set), notAccepted, listeners) })),
    ...(notAccepted && { notAccepted }),
    ...(unresolved && { unresolved }),
  };
}

function isAllowed(
  { metadata }: Readonly<ListenerSet>,
  gateway: Readonly<Gateway>,
  world: GatewayWorld,
): boolean {
  const { from = 'None', selector } = gateway.spec.allowedListeners?.namespaces ?? {};
  return isSelected(from, selector, metadata.namespace!, gateway.metadata.namespace!, world);
}

function setFault(
  set: Readonly<ListenerSet>,
  isAllowedHere: boolean,
  gatewayFault: Fault | undefined,
  listeners: readonly ResolvedListener[],
): { notAccepted?: Fault } {
  if (!isAllowedHere)
    return {
      notAccepted: {
        reason: 'NotAllowed',
        message: 'the Gateway does not allow ListenerSets of this namespace',
      },
    };
  if (gatewayFault)
    return {
      notAccepted: {
        reason: 'ParentNotAccepted',
        message: `the Gateway is not accepted: ${gatewayFault.message}`,
      },
    };
  const own = listeners.filter(({ owner }) => owner.object === set);
  if (own.some(({ notAccepted }) => !notAccepted)) return {};
  return { notAccepted: { reason: 'ListenersNotValid', message: 'none of the listeners is accepted' } };
}

export function acceptance(
  { spec }: Readonly<Gateway>,
  { unsupported }: Assigned,
  listeners: readonly ResolvedListener[],
): Fault | undefined {
  if (unsupported) return unsupported;
  if (spec.infrastructure?.parametersRef)
    return {
      reason: 'InvalidParameters',
      message: 'there are no parameters for Gateways: infrastructure.parametersRef must not be set',
    };
  if (listeners.some(({ notAccepted }) => !notAccepted)) return undefined;
  return { reason: 'ListenersNotValid', message: 'none of the listeners is accepted' };
}

function resolution(
  gateway: Readonly<Gateway>,
  listeners: readonly ResolvedListener[],
  world: GatewayWorld,
): Fault | undefined {
  const client = clientPair(gateway, world);
  if (client && 'reason' in client) return client;
  const own = listeners.some(({ owner, unresolved }) => owner.kind === 'Gateway' && unresolved);
  return own
    ? { reason: 'ListenersNotResolved', message: 'references of listeners are not resolved' }
    : undefined;
}

function clientPair({ metadata, spec }: Readonly<Gateway>, world: GatewayWorld) {
  const reference = spec.tls?.backend?.clientCertificateRef;
  const from = { kind: 'Gateway', namespace: metadata.namespace! };
  return reference && keyPairOf(from, reference, world, 'InvalidClientCertificateRef');
}

function clientOf(gateway: Readonly<Gateway>, world: GatewayWorld): string | undefined {
  const pair = clientPair(gateway, world);
  return pair && 'pem' in pair ? pair.pem : undefined;
}

function parentsOf(gateways: readonly CompiledGateway[]): Map<string, Found> {
  const parents = new Map<string, Found>();
  for (const { gateway, listeners, sets } of gateways) {
    const objects = [
      { kind: 'Gateway', object: gateway },
      ...sets.map(({ set }) => ({ kind: 'ListenerSet', object: set })),
    ];
    for (const { kind, object } of objects)
      parents.set(parentKey(kind, object.metadata.namespace!, object.metadata.name!), {
        gateway,
        listeners: listeners.filter(({ owner }) => owner.object === object),
      });
  }
  return parents;
}

function attachRoute(
  route: Readonly<AnyRoute>,
  parents: ReadonlyMap<string, Found>,
  world: GatewayWorld,
  memory: RoutePlans,
  attached: Map<ResolvedListener, Attached[]>,
  reached: Map<string, Set<Readonly<Gateway>>>,
): CompiledRoute {
  const planned = memory.plan(route, world);
  const own = new Map<ResolvedListener, Set<string>>();
  const results: { ref: Readonly<ParentReference>; notAccepted?: Fault }[] = [];
  for (const ref of route.spec.parentRefs ?? []) {
    const parent = parents.get(parentKeyOf(route, ref) ?? '');
    if (!parent) continue;
    const found: readonly Attachment[] | Fault = attach(route, ref, parent, world);
    const notAccepted = 'reason' in found ? found : planned.unsupported;
    results.push({ ref, ...(notAccepted && { notAccepted }) });
    if ('reason' in found || notAccepted) continue;
    for (const { listener, hosts } of found)
      own.set(listener, new Set([...(own.get(listener) ?? []), ...hosts]));
    for (const service of planned.services)
      reached.set(service, (reached.get(service) ?? new Set()).add(parent.gateway));
  }
  for (const [listener, hosts] of own) {
    const list = attached.get(listener) ?? [];
    list.push({ planned, hosts: [...hosts] });
    attached.set(listener, list);
  }
  return { route, planned, parents: results };
}

const NO_ROOM: Fault = {
  reason: 'UnsupportedValue',
  message: 'the Gateways of this cluster have more matches than can be served: older routes have the room',
};

function withRefusal(route: CompiledRoute, refused: ReadonlySet<PlannedRoute>): CompiledRoute {
  if (!refused.has(route.planned)) return route;
  return {
    ...route,
    parents: route.parents.map((parent) => ({ ...parent, notAccepted: parent.notAccepted ?? NO_ROOM })),
  };
}
