// A Gateway with its ListenerSets: listeners, what is wrong, and the parents that routes can name. Remembered as long as nothing it depends
// on has changed. Called by compile.ts.
import type { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import type { ListenerSet } from '../../api/kinds/gateway/v1/listener-set.ts';
import { GATEWAY_GROUP } from '../../api/kinds/gateway/v1/references.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import { jsonEqual } from '../../api/patch/json.ts';
import { byAge } from './age.ts';
import type { Assigned } from './listeners/addresses.ts';
import { isSelected, type Parent, parentKey } from './listeners/attach.ts';
import type { Owner } from './listeners/owner.ts';
import { type ResolvedListener, resolveListeners } from './listeners/resolve.ts';
import { keyPairOf } from './listeners/tls.ts';
import { areSame, Looks, type Surroundings } from './looks.ts';
import { Memory } from './memory.ts';
import { isSameSpec, uidOf } from './route-plans.ts';
import type { Fault } from './verdict.ts';

export interface CompiledGateway {
  readonly gateway: Readonly<Gateway>;
  readonly address: Assigned;
  /** Nothing of it is served. */
  readonly notAccepted?: Fault;
  readonly unresolved?: Fault;
  /** Of its own and of its ListenerSets. */
  readonly listeners: readonly ResolvedListener[];
  readonly sets: readonly CompiledSet[];
  /** PEM of the certificate and key for backends. */
  readonly client?: string;
  readonly parents: ReadonlyMap<string, Parent>;
}

export interface CompiledSet {
  readonly set: Readonly<ListenerSet>;
  readonly notAccepted?: Fault;
}

interface Remembered {
  readonly compiled: CompiledGateway;
  readonly sets: readonly Readonly<ListenerSet>[];
  readonly looks: Looks;
}

export class GatewayPlans {
  readonly #memory = new Memory<Remembered>();

  compile(
    gateway: Readonly<Gateway>,
    address: Assigned,
    sets: readonly Readonly<ListenerSet>[],
    world: Surroundings,
  ): CompiledGateway {
    const holds = (before: Remembered) =>
      isSameSpec(before.compiled.gateway, gateway) &&
      areSame(before.sets, sets) &&
      jsonEqual(before.compiled.address, address) &&
      before.looks.hold(world);
    const { compiled } = this.#memory.get(uidOf(gateway), holds, () => {
      const looks = new Looks();
      return { compiled: compileGateway(gateway, address, sets, looks.recording(world)), sets, looks };
    });
    return compiled.gateway === gateway ? compiled : { ...compiled, gateway };
  }

  prune(): void {
    this.#memory.prune();
  }
}

/** By the key of the Gateway that they name. */
export function setsByGateway(all: readonly Readonly<ListenerSet>[]): Map<string, Readonly<ListenerSet>[]> {
  const ours = all.filter(
    ({
      spec: {
        parentRef: { group = GATEWAY_GROUP, kind = 'Gateway' },
      },
    }) => group === GATEWAY_GROUP && kind === 'Gateway',
  );
  const keyed = ({
    metadata,
    spec: {
      parentRef: { name, namespace = metadata.namespace },
    },
  }: Readonly<ListenerSet>) => `${namespace}/${name}`;
  return Map.groupBy([...ours].sort(byAge), keyed);
}

function compileGateway(
  gateway: Readonly<Gateway>,
  address: Assigned,
  candidates: readonly Readonly<ListenerSet>[],
  world: Surroundings,
): CompiledGateway {
  const allowed = candidates.filter((set) => isAllowed(set, gateway, world));
  const owners: readonly Owner[] = [
    { kind: 'Gateway', object: gateway },
    ...allowed.map((object) => ({ kind: 'ListenerSet' as const, object })),
  ];
  const listeners = resolveListeners(gateway, owners, world);
  const notAccepted = acceptance(gateway, address, listeners);
  const sets = candidates.map((set) => ({
    set,
    ...setFault(set, allowed.includes(set), notAccepted, listeners),
  }));
  const client = clientPair(gateway, world);
  const unresolved = client && 'reason' in client ? client : resolution(listeners);
  return {
    gateway,
    address,
    listeners,
    sets,
    parents: parentsOf(gateway, sets, listeners),
    ...(notAccepted && { notAccepted }),
    ...(unresolved && { unresolved }),
    ...(client && 'pem' in client && { client: client.pem }),
  };
}

function isAllowed(
  { metadata }: Readonly<ListenerSet>,
  gateway: Readonly<Gateway>,
  world: Surroundings,
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
  const fault = (reason: string, message: string) => ({ notAccepted: { reason, message } });
  if (!isAllowedHere) return fault('NotAllowed', 'the Gateway does not allow ListenerSets of this namespace');
  if (gatewayFault) return fault('ParentNotAccepted', `the Gateway is not accepted: ${gatewayFault.message}`);
  const own = listeners.filter(({ owner }) => owner.object === set);
  if (own.some(({ serves }) => serves)) return {};
  return fault('ListenersNotValid', 'none of the listeners can be served');
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

function resolution(listeners: readonly ResolvedListener[]): Fault | undefined {
  const own = listeners.some(({ owner, unresolved }) => owner.kind === 'Gateway' && unresolved);
  return own
    ? { reason: 'ListenersNotResolved', message: 'references of listeners are not resolved' }
    : undefined;
}

function clientPair({ metadata, spec }: Readonly<Gateway>, world: Surroundings) {
  const reference = spec.tls?.backend?.clientCertificateRef;
  const from = { kind: 'Gateway', namespace: metadata.namespace! };
  return reference && keyPairOf(from, reference, world, 'InvalidClientCertificateRef');
}

function parentsOf(
  gateway: Readonly<Gateway>,
  sets: readonly CompiledSet[],
  listeners: readonly ResolvedListener[],
): Map<string, Parent> {
  const objects = [
    { kind: 'Gateway', object: gateway },
    ...sets.map(({ set }) => ({ kind: 'ListenerSet', object: set })),
  ];
  return new Map(
    objects.map(({ kind, object }) => [
      parentKey(kind, object.metadata.namespace!, object.metadata.name!),
      { gateway: keyOf(gateway), listeners: listeners.filter(({ owner }) => owner.object === object) },
    ]),
  );
}
