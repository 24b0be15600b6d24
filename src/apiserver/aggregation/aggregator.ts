// API aggregation: follows the APIServices and knows which groups and versions other servers serve. Requests for them are forwarded;
// their discovery and OpenAPI are merged with those of this server. Made by assemble.ts; started and stopped by api-server.ts.
// Upstream: staging/src/k8s.io/kube-aggregator.
import { isDeepStrictEqual } from 'node:util';
import type { PriorityOf, RemoteVersion } from '../../api/discovery/groups.ts';
import type { Priority } from '../../api/discovery/priorities.ts';
import { APIService } from '../../api/kinds/apiregistration/v1/api-service.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { Clock } from '../../kit/clock.ts';
import type { KeptConnections } from '../../kit/http1/kept-connections.ts';
import type { Watch } from '../../store/store.ts';
import { textAnswer } from '../handlers/answers/answers.ts';
import type { ApiServerOptions, KeyAndCertificate } from '../options.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import type { Answer, UpgradeReply } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';
import { Availability } from './availability/availability.ts';
import { AvailabilityMetrics } from './availability/metrics.ts';
import { RemoteDocuments } from './documents/remote-documents.ts';
import { Connections, endpointResolver } from './forwarding/connections.ts';
import { type ForwardedRequest, forward, Unreachable } from './forwarding/forward.ts';
import { type RemoteService, remoteServiceOf, rootOf } from './remote-service.ts';

export type AggregatorOptions = Pick<
  ApiServerOptions,
  'clock' | 'random' | 'log' | 'certificates' | 'serviceResolver'
> & { readonly connections: KeptConnections };

export class Aggregator {
  readonly documents: RemoteDocuments;
  readonly #clock: Clock;
  readonly #services: StoredResource<APIService>;
  readonly #connections: Connections;
  readonly #kept: KeptConnections;
  readonly #metrics: AvailabilityMetrics;
  readonly #availability: Availability;
  /** By `/apis/GROUP/VERSION`. */
  readonly #byRoot = new Map<string, RemoteService>();
  /** Of the versions that this server serves, by `/apis/GROUP/VERSION`. */
  readonly #priorities = new Map<string, Priority>();
  #priorityChanges = 0;
  #watch: Watch | undefined;

  constructor(resources: ResourceTable, options: AggregatorOptions) {
    const { clock, random, certificates, serviceResolver } = options;
    const log = options.log.child('aggregator');
    this.#clock = clock;
    this.#kept = options.connections;
    this.#services = resources.stored(APIService);
    const [services, slices] = [resources.stored(Service), resources.stored(EndpointSlice)];
    const resolve = serviceResolver ?? endpointResolver({ random, services, slices });
    // Other servers trust the identities in headers because of it.
    this.#connections = new Connections(resolve, certificates?.frontProxyClient);
    this.#metrics = new AvailabilityMetrics(this.#services);
    const connections = this.#connections;
    this.documents = new RemoteDocuments({ connections, clock, log });
    this.#availability = new Availability({
      apiServices: this.#services.withoutAdmission(),
      services,
      slices,
      connections,
      metrics: this.#metrics,
      clock,
      log,
    });
  }

  start(): void {
    const { cache } = this.#services;
    const { entries, revision } = cache.store.range(cache.prefix);
    for (const entry of entries) this.#put(cache.itemOf(entry).object);
    this.#watch = cache.store.watch(cache.prefix, revision, {
      events: (events) => {
        for (const event of events)
          if (event.type === 'put') this.#put(cache.itemOf(event.entry).object);
          else this.#gone(cache.itemOf(event.previous).object);
      },
    });
  }

  stop(): void {
    this.#watch?.close();
    this.#availability.stop();
    this.documents.stop();
  }

  setCertificate(certificate: KeyAndCertificate): void {
    this.#connections.setCertificate(certificate);
  }

  /** The server of a request; undefined for this server. */
  serverOf(info: Pick<RequestInfo, 'isResource' | 'group' | 'version' | 'path'>): RemoteService | undefined {
    if (this.#byRoot.size === 0) return undefined;
    if (info.isResource) return this.#byRoot.get(rootOf(info));
    const path = info.path.endsWith('/') ? info.path.slice(0, -1) : info.path;
    if (!path.startsWith(OPENAPI)) return this.#byRoot.get(path);
    const remote = this.#byRoot.get(path.slice(OPENAPI.length - 1));
    return remote && this.documents.openApiV3(remote.name) ? remote : undefined;
  }

  forward(remote: RemoteService, forwarded: Omit<ForwardedRequest, 'isDiscovery'>): Answer | UpgradeReply {
    const { path } = forwarded.request;
    const isDiscovery = path.split('/').filter((part) => part !== '').length === DISCOVERY_PARTS;
    const options = { connections: this.#connections, kept: this.#kept, clock: this.#clock };
    try {
      return forward(options, remote, { ...forwarded, isDiscovery });
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      const answer = textAnswer(error.code, `${error.message}\n`);
      return { ...answer, headers: { ...answer.headers, 'x-content-type-options': 'nosniff' } };
    }
  }

  versions(): RemoteVersion[] {
    return this.documents.versions();
  }

  /** What its APIService says of a version that this server serves: users may change it, but for those of custom kinds. */
  readonly priorityOf: PriorityOf = (group, version) => this.#priorities.get(rootOf({ group, version }));

  /** Grows with every change of what discovery and OpenAPI show. */
  get generation(): number {
    return this.documents.generation + this.#priorityChanges;
  }

  renderMetrics(): string {
    return this.#metrics.render();
  }

  #put(service: APIService): void {
    const remote = remoteServiceOf(service);
    this.#setPriority(service, remote ? undefined : priorityOf(service));
    if (!remote) this.#forget(service);
    else if (!isDeepStrictEqual(this.#byRoot.get(rootOf(remote)), remote)) {
      this.#byRoot.set(rootOf(remote), remote);
      this.documents.put(remote);
    }
    this.#availability.put(service);
  }

  #gone(service: APIService): void {
    this.#setPriority(service, undefined);
    this.#forget(service);
    this.#availability.gone(service.metadata.name ?? '');
  }

  #setPriority({ spec }: APIService, priority: Priority | undefined): void {
    const { group = '', version = '' } = spec ?? {};
    const root = rootOf({ group, version });
    if (isDeepStrictEqual(this.#priorities.get(root), priority)) return;
    if (priority) this.#priorities.set(root, priority);
    else this.#priorities.delete(root);
    this.#priorityChanges++;
  }

  #forget({ metadata, spec }: APIService): void {
    const { group = '', version = '' } = spec ?? {};
    if (this.#byRoot.delete(rootOf({ group, version }))) this.documents.gone(metadata.name ?? '');
  }
}

const priorityOf = ({ spec }: APIService): Priority | undefined =>
  spec && { group: spec.groupPriorityMinimum, version: spec.versionPriority };

const OPENAPI = '/openapi/v3/';
/** `/apis/GROUP/VERSION`. */
const DISCOVERY_PARTS = 3;
