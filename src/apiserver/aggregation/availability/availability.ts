// Keeps the condition Available of APIServices true to the state of their servers: when an APIService, its Service or its endpoints
// change, and every 30 seconds. Without an APIService of another server it watches nothing. Made by aggregator.ts.
// Upstream: staging/src/k8s.io/kube-aggregator/pkg/controllers/status/{local,remote}.
import { isDeepStrictEqual } from 'node:util';
import { SERVICE_NAME_LABEL } from '../../../api/endpoints/slices.ts';
import type { APIService } from '../../../api/kinds/apiregistration/v1/api-service.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { Backoff } from '../../../kit/backoff.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { StoreEvent, Watch } from '../../../store/store.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { ownWrite } from '../../registry/write-context.ts';
import type { Item } from '../../watch-cache/item.ts';
import { type Finding, LOCAL, says, withFinding } from '../conditions.ts';
import type { Connections } from '../forwarding/connections.ts';
import { type RemoteService, remoteServiceOf } from '../remote-service.ts';
import { Rounds } from '../rounds.ts';
import { findingOf } from './decide.ts';
import type { AvailabilityMetrics } from './metrics.ts';
import { probe } from './probe.ts';

export interface AvailabilityOptions {
  readonly apiServices: StoredResource<APIService>;
  readonly services: StoredResource<Service>;
  readonly slices: StoredResource<EndpointSlice>;
  readonly connections: Connections;
  readonly metrics: AvailabilityMetrics;
  readonly clock: Clock;
  readonly log: Logger;
}

const RESYNC_MS = 30_000;
/** Upstream begins with 5 ms. */
const BACKOFF = { base: 250, cap: RESYNC_MS };

export class Availability {
  readonly #options: AvailabilityOptions;
  readonly #rounds: Rounds;
  readonly #backoff = new Backoff<string>(BACKOFF);
  readonly #stopping = new AbortController();
  /** Names of APIServices by `NAMESPACE/NAME` of their Service. */
  readonly #byService = new Map<string, Set<string>>();
  readonly #remotes = new Map<string, RemoteService>();
  #watches: Watch[] = [];

  constructor(options: AvailabilityOptions) {
    this.#options = options;
    this.#rounds = new Rounds(options.clock, (name) => this.#check(name));
  }

  /** An APIService was written. */
  put(service: APIService): void {
    const { name = '' } = service.metadata;
    const remote = remoteServiceOf(service);
    const before = this.#remotes.get(name);
    if (remote && before && isDeepStrictEqual({ ...before, priority: remote.priority }, remote)) return;
    this.#unlink(name);
    if (remote) this.#link(remote);
    if (remote || !says(service, LOCAL)) this.#rounds.ask(name);
  }

  gone(name: string): void {
    this.#unlink(name);
    this.#rounds.forget(name);
    this.#backoff.forget(name);
  }

  stop(): void {
    this.#stopping.abort();
    this.#rounds.stop();
    this.#unwatch();
  }

  #link(remote: RemoteService): void {
    this.#remotes.set(remote.name, remote);
    const key = keyOf(remote);
    this.#byService.set(key, (this.#byService.get(key) ?? new Set()).add(remote.name));
    if (this.#watches.length === 0) this.#watch();
  }

  #unlink(name: string): void {
    const remote = this.#remotes.get(name);
    if (!remote) return;
    this.#remotes.delete(name);
    const names = this.#byService.get(keyOf(remote));
    names?.delete(name);
    if (names?.size === 0) this.#byService.delete(keyOf(remote));
    if (this.#remotes.size === 0) this.#unwatch();
  }

  #watch(): void {
    const { services, slices } = this.#options;
    this.#watches = [
      follow(services, ({ namespace, name }) => this.#changed(`${namespace}/${name}`)),
      follow(slices, ({ namespace, labels }) => this.#changed(`${namespace}/${labels[SERVICE_NAME_LABEL]}`)),
    ];
  }

  #unwatch(): void {
    for (const watch of this.#watches) watch.close();
    this.#watches = [];
  }

  #changed(service: string): void {
    for (const name of this.#byService.get(service) ?? []) this.#rounds.ask(name);
  }

  async #check(name: string): Promise<number | undefined> {
    const service = this.#options.apiServices.cache.get('', name)?.object;
    if (!service || this.#stopping.signal.aborted) return undefined;
    const remote = this.#remotes.get(name);
    const finding = remote ? await this.#find(remote) : LOCAL;
    if (this.#stopping.signal.aborted) return undefined;
    try {
      await this.#write(service, finding);
    } catch (error) {
      this.#options.log.warn('the availability of an APIService was not written', { name, error });
      return this.#backoff.next(name);
    }
    if (finding.reason === 'FailedDiscoveryCheck') return this.#backoff.next(name);
    this.#backoff.forget(name);
    return remote && RESYNC_MS;
  }

  async #find(remote: RemoteService): Promise<Finding> {
    const { services, slices } = this.#options;
    const { namespace, name } = remote.service;
    const own = slices.cache.items(namespace).filter(({ labels }) => labels[SERVICE_NAME_LABEL] === name);
    const finding = findingOf(
      remote,
      services.cache.get(namespace, name)?.object,
      own.map(({ object }) => object),
    );
    return finding ?? probe(this.#options, remote, this.#stopping.signal);
  }

  async #write(checked: APIService, finding: Finding): Promise<void> {
    const { apiServices, clock, metrics } = this.#options;
    if (says(checked, finding)) return;
    const write = { ...ownWrite(clock, ''), subresource: 'status' };
    const change = (current: (() => APIService) | undefined) => {
      const now = current!();
      // It names another server by now, which is checked next.
      if (!isDeepStrictEqual(now.spec, checked.spec)) return now;
      return { ...now, status: withFinding(now, finding, write.now) };
    };
    await apiServices.update(checked.metadata.name ?? '', change, write).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
    metrics.changed(checked, finding);
  }
}

const keyOf = ({ service: { namespace, name } }: RemoteService): string => `${namespace}/${name}`;

function follow(
  { cache }: StoredResource<Service> | StoredResource<EndpointSlice>,
  changed: (item: Item) => void,
): Watch {
  const each = (event: StoreEvent) =>
    changed(cache.itemOf(event.type === 'put' ? event.entry : event.previous));
  return cache.store.watch(cache.prefix, cache.store.revision, {
    events: (events) => events.forEach(each),
  });
}
