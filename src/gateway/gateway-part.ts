// The Gateways of our classes with their routes: watches them and what they refer to, compiles (routes/), then writes their status. Made
// with the first Gateway. Kinds that the API server does not have, because other definitions were applied, are as if there were none.
import { GATEWAY_CONTROLLER } from '../api/gateways/names.ts';
import { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import { Namespace } from '../api/kinds/core/v1/namespace.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../api/kinds/discovery/v1/endpoint-slice.ts';
import { BackendTLSPolicy } from '../api/kinds/gateway/v1/backend-tls-policy.ts';
import { Gateway } from '../api/kinds/gateway/v1/gateway.ts';
import { GatewayClass } from '../api/kinds/gateway/v1/gateway-class.ts';
import { GRPCRoute } from '../api/kinds/gateway/v1/grpc-route.ts';
import { HTTPRoute } from '../api/kinds/gateway/v1/http-route.ts';
import { ListenerSet } from '../api/kinds/gateway/v1/listener-set.ts';
import { ReferenceGrant } from '../api/kinds/gateway/v1/reference-grant.ts';
import { TCPRoute, TLSRoute, UDPRoute } from '../api/kinds/gateway/v1/stream-routes.ts';
import { RoutePolicy } from '../api/kinds/gateway/v1alpha1/route-policy.ts';
import { namespaceOf } from '../api/meta/v1/object.ts';
import type { AnyResource } from '../api/meta/v1/resource.ts';
import { InformerFactory, type InformerOf } from '../client/informer/factory.ts';
import { Pace, paced } from '../kit/clock.ts';
import { GatewayReports } from './gateway-reports.ts';
import type { Unserved } from './haproxy/ports.ts';
import { BY_SERVICE, indexByService } from './ingress-part.ts';
import type { DoorModel } from './model/model.ts';
import type { DoorPart, PartOptions, ReadObjects } from './part.ts';
import type { RemoteKeys, RemoteKeysOptions } from './remote-keys/remote-keys.ts';
import { type Compiled, Compiler } from './routes/compile.ts';
import type { CompiledGateway } from './routes/gateways.ts';
import type { AddressSource } from './routes/listeners/addresses.ts';
import { withoutPorts } from './routes/ports.ts';
import type { GatewayWorld } from './routes/world.ts';
import { isServed, untilServed } from './served-kinds.ts';
import { WatchedByName } from './watched.ts';

export interface GatewayPartOptions extends PartOptions {
  readonly addresses: AddressSource;
  /** Makes the addresses of entrances the machine's own, and takes others away; left out where they are. */
  readonly hold?: (addresses: ReadonlySet<string>) => Promise<void>;
  /** False where others tell the objects what became of them. */
  readonly reports: boolean;
  /** Reads a key set; over https when left out. */
  readonly fetchKeySet?: RemoteKeysOptions['fetch'];
}

/** What objects refer to by name. */
interface Named {
  readonly secrets: Set<string>;
  readonly configMaps: Set<string>;
  /** Namespace, space, URL. */
  readonly keySets: Set<string>;
}

const KINDS: readonly AnyResource[] = [
  GatewayClass,
  Gateway,
  ListenerSet,
  HTTPRoute,
  GRPCRoute,
  TLSRoute,
  TCPRoute,
  UDPRoute,
  ReferenceGrant,
  BackendTLSPolicy,
  RoutePolicy,
];

/** Rounds until everything that is referred to is known: certificates are looked for once a reference is permitted. */
const MOST_ROUNDS = 5;

export class GatewayPart implements DoorPart {
  readonly #options: GatewayPartOptions;
  readonly #reports: GatewayReports | undefined;
  readonly #compiler: Compiler;
  readonly #removes: (() => void)[] = [];
  readonly #stopping = new AbortController();
  readonly #watched = new Set<AnyResource>();
  #secrets: WatchedByName<typeof Secret> | undefined;
  #configMaps: WatchedByName<typeof ConfigMap> | undefined;
  #remoteKeys: RemoteKeys | undefined;
  #changed: () => void = () => {};
  #compiled: Compiled | undefined;

  constructor(options: GatewayPartOptions) {
    this.#options = options;
    if (options.reports) this.#reports = new GatewayReports(options);
    this.#compiler = new Compiler(options.addresses);
  }

  async start(changed: () => void): Promise<void> {
    this.#changed = changed;
    const { informers, network, client } = this.#options;
    const factory = () => new InformerFactory(this.#options);
    this.#secrets = new WatchedByName(Secret, factory, changed);
    this.#configMaps = new WatchedByName(ConfigMap, factory, changed);
    indexByService(network);
    const shared = [
      informers.informer(Namespace),
      network.informer(Service),
      network.informer(EndpointSlice),
    ];
    informers.start();
    network.start();
    await Promise.all([
      ...shared.map((informer) => this.#follow(informer, changed)),
      ...KINDS.map(async (kind) => {
        if (await isServed(client, kind)) return this.#open(kind, changed);
        const later = untilServed(this.#options, kind, this.#stopping.signal);
        void later.then((served) => (served ? this.#open(kind, changed) : undefined));
      }),
    ]);
  }

  async compile(): Promise<DoorModel | undefined> {
    for (let round = 1; ; round++) {
      const named: Named = { secrets: new Set(), configMaps: new Set(), keySets: new Set() };
      const steps = this.#compiler.compile(this.#world(named));
      this.#compiled = await paced(steps, new Pace(this.#options.clock));
      const news = [
        await this.#secrets!.watch(named.secrets),
        await this.#configMaps!.watch(named.configMaps),
        await this.#watchKeySets(named.keySets),
      ];
      if (round === MOST_ROUNDS || !news.includes(true)) break;
    }
    const { entrances, backends } = this.#compiled.model;
    await this.#options.hold?.(new Set(entrances.flatMap(({ addresses }) => addresses)));
    return this.#compiled.gateways.length > 0
      ? { routes: [], certificates: [], entrances, backends }
      : undefined;
  }

  async served(unserved: readonly Unserved[]): Promise<void> {
    await this.#reports?.report(withoutPorts(this.#compiled!, unserved));
  }

  async unserved(message: string): Promise<void> {
    await this.#reports?.report(this.#compiled!, message);
  }

  get read(): ReadObjects {
    return { secrets: this.#secrets?.objects ?? [], configMaps: this.#configMaps?.objects ?? [] };
  }

  /** Those of our classes; undefined before everything is known. */
  get gateways(): readonly CompiledGateway[] | undefined {
    return this.#compiled?.gateways;
  }

  stop(): void {
    this.#stopping.abort();
    for (const remove of this.#removes.splice(0)) remove();
    this.#secrets?.stop();
    this.#configMaps?.stop();
    this.#remoteKeys?.stop();
  }

  async #open(kind: AnyResource, changed: () => void): Promise<void> {
    this.#watched.add(kind);
    await this.#follow(this.#options.informers.informer(kind), changed);
  }

  async #follow(
    informer: Pick<InformerOf<AnyResource>, 'synced' | 'addHandler'>,
    changed: () => void,
  ): Promise<void> {
    await informer.synced();
    this.#removes.push(informer.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed }));
  }

  /** The first makes what reads them. */
  async #watchKeySets(wanted: ReadonlySet<string>): Promise<boolean> {
    if (!this.#remoteKeys && wanted.size > 0) {
      const { clock, fetchKeySet } = this.#options;
      const { RemoteKeys } = await import('./remote-keys/remote-keys.ts');
      const { fetchKeySet: read } = await import('./remote-keys/fetch.ts');
      const fetch = fetchKeySet ?? ((url, signal) => read(url, { clock, signal }));
      this.#remoteKeys = new RemoteKeys({ fetch, clock, changed: () => this.#changed() });
      if (this.#stopping.signal.aborted) return false;
    }
    return this.#remoteKeys?.watch(wanted) ?? false;
  }

  #world({ secrets, configMaps, keySets }: Named): GatewayWorld {
    const { informers, network, reaches } = this.#options;
    const classes = this.#list(GatewayClass).filter(({ spec }) => spec.controllerName === GATEWAY_CONTROLLER);
    const names = new Set(classes.map(({ metadata }) => metadata.name!));
    const namespaces = informers.informer(Namespace).lister;
    const services = network.informer(Service).lister;
    const slices = network.informer(EndpointSlice).lister;
    const policies = this.#list(BackendTLSPolicy);
    const [policiesOf, grantsOf] = [
      Map.groupBy(policies, namespaceOf),
      Map.groupBy(this.#list(ReferenceGrant), namespaceOf),
    ];
    return {
      gateways: this.#list(Gateway).filter(({ spec }) => names.has(spec.gatewayClassName)),
      listenerSets: this.#list(ListenerSet),
      routes: [
        ...this.#list(HTTPRoute),
        ...this.#list(GRPCRoute),
        ...this.#list(TLSRoute),
        ...this.#list(TCPRoute),
        ...this.#list(UDPRoute),
      ],
      backendPolicies: policies,
      routePolicies: this.#list(RoutePolicy),
      reaches,
      namespaceLabels: (name) => {
        const found = namespaces.get(name);
        return found && (found.metadata.labels ?? {});
      },
      service: (namespace, name) => services.get(name, namespace),
      slices: (namespace, name) => slices.byIndex(BY_SERVICE, `${namespace}/${name}`),
      secret: (namespace, name) => {
        secrets.add(`${namespace}/${name}`);
        return this.#secrets!.get(namespace, name);
      },
      configMap: (namespace, name) => {
        configMaps.add(`${namespace}/${name}`);
        return this.#configMaps!.get(namespace, name);
      },
      remoteKeys: (namespace, url) => {
        keySets.add(`${namespace} ${url}`);
        return this.#remoteKeys?.get(namespace, url) ?? 'the key set has not been read yet';
      },
      grants: (namespace) => grantsOf.get(namespace) ?? [],
      policies: (namespace) => policiesOf.get(namespace) ?? [],
    };
  }

  #list<K extends AnyResource>(kind: K): ReturnType<InformerOf<K>['lister']['list']> {
    if (!this.#watched.has(kind)) return [];
    return this.#options.informers.informer(kind).lister.list();
  }
}
