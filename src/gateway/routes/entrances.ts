// The entrances of one Gateway: its listeners that serve, by port, with what is attached to them. Pure; called by compile.ts.
import type { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import { gatewayPort } from '../../api/nodes/doors.ts';
import type { Steps } from '../../kit/clock.ts';
import { addAll } from '../../kit/lists.ts';
import type { Entrance, HttpListener, TlsListener } from '../model/entrances.ts';
import { MOST_BYTES_OF_ONE } from '../model/limits.ts';
import type { Backend, Host, Route, Target } from '../model/routes.ts';
import { compare } from './age.ts';
import type { CompiledGateway } from './gateways.ts';
import { modelHost } from './hosts.ts';
import { Flattening } from './http/flatten.ts';
import type { Entry } from './http/order.ts';
import { isTerminating, type ResolvedListener } from './listeners/resolve.ts';
import { areSame } from './looks.ts';
import type { Attached, PlannedRoute } from './plan.ts';
import type { PolicyOf, RoutePolicies } from './policies/route-policies.ts';
import { Tab, type Usage, type Uses } from './room/usage.ts';
import { entriesOf, type Variant, variantOf } from './variants.ts';

/** Ingresses and routes have other names for their backends. */
export const entranceName = (
  { metadata }: Readonly<Gateway>,
  { listener: { protocol, port } }: Pick<ResolvedListener, 'listener'>,
): string => `${metadata.namespace}_${metadata.name}_Gateway_${port}${protocol === 'UDP' ? '_udp' : ''}`;

export type AttachedTo = (listener: ResolvedListener) => readonly Attached[];

interface MadeListener {
  readonly attached: readonly Attached[];
  readonly client: string | undefined;
  readonly policies: string;
  readonly routes: readonly Route[];
  readonly charges: Uses;
  readonly variants: readonly Variant[];
}

interface ListenerMemory {
  readonly flattening: Flattening;
  readonly made?: MadeListener;
}

/** Remembers what was flattened for each listener, by the Gateway's key and the listener's place. */
export class EntrancePlans {
  readonly backends = new Map<string, Backend>();
  /** Those that are too large by themselves. */
  readonly tooLarge = new Set<PlannedRoute>();
  readonly #policies: RoutePolicies;
  readonly #usage: Usage;
  readonly #added = new Set<Variant>();
  #before: ReadonlyMap<string, ListenerMemory>;
  readonly #listeners = new Map<string, ListenerMemory>();

  constructor(policies: RoutePolicies, usage: Usage, before?: EntrancePlans) {
    this.#policies = policies;
    this.#usage = usage;
    this.#before = before ? before.#listeners : new Map();
  }

  /** What an earlier compilation left is needed no longer. */
  close(): void {
    for (const backend of this.#policies.backends) this.backends.set(backend.name, backend);
    this.#before = new Map();
  }

  *entrances(
    { gateway, listeners, address, client, notAccepted }: CompiledGateway,
    attachedTo: AttachedTo,
  ): Steps<Entrance[]> {
    if (notAccepted || address.pairs.length === 0) return [];
    const addresses = address.pairs.flatMap(({ outside, inside }) =>
      inside ? [outside, inside] : [outside],
    );
    const ports = Map.groupBy(
      listeners.filter(({ serves }) => serves),
      (one) => entranceName(gateway, one),
    );
    const found: Entrance[] = [];
    for (const [name, some] of ports) {
      const { protocol, port: shown } = some[0]!.listener;
      const port = address.ports ? address.ports[gatewayPort(protocol, shown)] : shown;
      if (port === undefined) continue;
      const where = { name, addresses, port };
      if (protocol === 'TCP' || protocol === 'UDP') {
        const stream = this.#stream(some[0]!, client, attachedTo);
        found.push({ ...where, protocol: protocol === 'TCP' ? 'tcp' : 'udp', ...stream });
      } else if (protocol === 'HTTP') {
        const own: HttpListener[] = [];
        for (const one of some) own.push(yield* this.#http(gateway, one, client, attachedTo));
        found.push({ ...where, protocol: 'http', listeners: own });
      } else {
        const own: TlsListener[] = [];
        for (const one of some) own.push(yield* this.#tls(gateway, one, client, attachedTo));
        found.push({ ...where, protocol: 'tls', listeners: own });
      }
    }
    return found;
  }

  *#http(
    gateway: Readonly<Gateway>,
    one: ResolvedListener,
    client: string | undefined,
    attachedTo: AttachedTo,
  ): Steps<HttpListener> {
    const id = `${keyOf(gateway)} ${one.owner.kind} ${keyOf(one.owner.object)} ${one.listener.name}`;
    const before = this.#before.get(id) ?? { flattening: new Flattening() };
    const attached = attachedTo(one);
    const made = before.made;
    const holds =
      made !== undefined &&
      made.client === client &&
      made.policies === this.#policies.digest &&
      areSame(made.attached, attached);
    if (holds) new Tab(this.#usage).again(made.charges);
    const next = holds
      ? made
      : yield* this.#flattened(before.flattening, attached, client, this.#policies.at(one, gateway));
    this.#listeners.set(id, { flattening: before.flattening, made: next });
    for (const variant of next.variants) this.#add(variant);
    return { host: modelHost(one.host), routes: next.routes };
  }

  *#flattened(
    flattening: Flattening,
    attached: readonly Attached[],
    client: string | undefined,
    policyOf: PolicyOf | undefined,
  ): Steps<MadeListener> {
    const variants: Variant[] = [];
    const entries: Entry[] = [];
    for (const { planned, hosts } of attached.toSorted((a, b) => compare(a.planned.age, b.planned.age))) {
      const variant = variantOf(planned, client, policyOf);
      yield;
      if (!this.#isSmall(variant)) continue;
      variants.push(variant);
      addAll(entries, entriesOf(variant, hosts));
    }
    const { digest: policies } = this.#policies;
    return {
      ...{ attached, client, policies, variants },
      ...(yield* flattening.flatten(entries, this.#usage)),
    };
  }

  *#tls(
    gateway: Readonly<Gateway>,
    one: ResolvedListener,
    client: string | undefined,
    attachedTo: AttachedTo,
  ): Steps<TlsListener> {
    const { certificates, clients } = one;
    const own = { certificates, ...(clients && { clients }) };
    const host = modelHost(one.host);
    if (one.listener.protocol === 'HTTPS') {
      const { routes } = yield* this.#http(gateway, one, client, attachedTo);
      return listenerOf(host, { kind: 'https', ...own, routes });
    }
    const names = this.#names(one, client, attachedTo);
    if (isTerminating(one.listener)) return listenerOf(host, { kind: 'terminate', ...own, names });
    return listenerOf(host, { kind: 'passthrough', names });
  }

  /** Of several routes with one name the oldest has it. */
  #names(one: ResolvedListener, client: string | undefined, attachedTo: AttachedTo): Map<Host, Target> {
    const names = new Map<Host, Target>();
    for (const { planned, hosts } of attachedTo(one).toSorted((a, b) =>
      compare(a.planned.age, b.planned.age),
    )) {
      const free = hosts.map(modelHost).filter((host) => !names.has(host));
      const to = free.length > 0 ? this.#target(planned, client) : undefined;
      if (to !== undefined) for (const host of free) names.set(host, to);
    }
    return names;
  }

  /** The oldest route has all connections. */
  #stream(one: ResolvedListener, client: string | undefined, attachedTo: AttachedTo): { to?: Target } {
    const [oldest] = attachedTo(one).toSorted((a, b) => compare(a.planned.age, b.planned.age));
    const to = oldest && this.#target(oldest.planned, client);
    return to === undefined ? {} : { to };
  }

  #target(planned: PlannedRoute, client: string | undefined): Target | undefined {
    const variant = variantOf(planned, client);
    const [to] = variant.targets;
    if (to === undefined || to.length === 0) return undefined;
    if (!this.#isSmall(variant)) return undefined;
    this.#add(variant);
    return to;
  }

  #isSmall({ planned, bytes }: Variant): boolean {
    if (bytes <= MOST_BYTES_OF_ONE) return true;
    this.tooLarge.add(planned);
    return false;
  }

  #add(variant: Variant): void {
    if (this.#added.has(variant)) return;
    this.#added.add(variant);
    const { planned, backends, bytes } = variant;
    this.#usage.charge(planned.namespace, { backends: backends.length, bytes });
    for (const backend of backends) this.backends.set(backend.name, backend);
  }
}

const listenerOf = (host: Host, way: TlsListener['then']): TlsListener => ({
  host,
  // biome-ignore lint/suspicious/noThenProperty: it is no function
  then: way,
});
