// Keeps the service `kubernetes` and its endpoints, which are the addresses of all servers that run. Called by presence.ts.
// Upstream: pkg/controlplane/controller/kubernetesservice and pkg/controlplane/reconcilers.
import { isDeepStrictEqual } from 'node:util';
import { addressOf, firstAddress } from '../../api/addresses/prefix.ts';
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Clock } from '../../kit/clock.ts';
import { scopeOf } from '../../kit/ip-scope.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import type { Renewal } from './clock-check.ts';
import { ServerAddresses } from './server-addresses.ts';

export interface KubernetesServiceOptions {
  readonly resources: ResourceTable;
  readonly clock: Clock;
  /** The service has the first address of the first of the cluster's own ranges. */
  readonly serviceCidrs: readonly string[];
  /** Where pods reach this server; without it, the server adds no endpoint. */
  readonly advertise?: { readonly address: string; readonly port: number } | undefined;
}

const NAMESPACE = 'default';
const NAME = 'kubernetes';
const PORT = { name: 'https', protocol: 'TCP' } as const;

export class KubernetesService {
  readonly #options: KubernetesServiceOptions;
  readonly #services: StoredResource<Service>;
  readonly #endpoints: StoredResource<Endpoints>;
  readonly #slices: StoredResource<EndpointSlice>;
  readonly #addresses: ServerAddresses;
  /** Validation refuses loopback addresses in Endpoints: only this host could reach them. */
  readonly #own: { readonly address: string; readonly port: number } | undefined;

  constructor(options: KubernetesServiceOptions) {
    const { resources, advertise, clock } = options;
    this.#options = options;
    this.#services = resources.stored(Service).withoutAdmission();
    this.#endpoints = resources.stored(Endpoints).withoutAdmission();
    this.#slices = resources.stored(EndpointSlice).withoutAdmission();
    this.#addresses = new ServerAddresses(this.#services.cache.store, clock);
    this.#own = advertise && scopeOf(advertise.address) === 'loopback' ? undefined : advertise;
  }

  async keep(): Promise<void> {
    await Promise.all([this.#keepService(), this.#keepEndpoints()]);
  }

  /** What the other servers say of the time. */
  otherRenewals(): Renewal[] {
    return this.#own ? this.#addresses.renewals().filter(({ server }) => server !== this.#own?.address) : [];
  }

  /** The server stops: others may go on. */
  async leave(): Promise<void> {
    if (!this.#own) return;
    await this.#addresses.remove(this.#own.address);
    await this.#write(this.#addresses.list(), this.#own.port);
  }

  async #keepService(): Promise<void> {
    if (this.#services.cache.entry(NAMESPACE, NAME)) return;
    const { serviceCidrs, advertise } = this.#options;
    const address = firstAddress(serviceCidrs[0]!);
    const service: Service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: NAME,
        namespace: NAMESPACE,
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: {
        type: 'ClusterIP',
        clusterIP: address,
        clusterIPs: [address],
        ports: [{ ...PORT, port: 443, targetPort: advertise?.port ?? 6443 }],
        sessionAffinity: 'None',
      },
    };
    await this.#put(this.#services, service, () => true);
  }

  async #keepEndpoints(): Promise<void> {
    if (!this.#own) return;
    const { address, port } = this.#own;
    await this.#addresses.renew(address);
    await this.#write([...new Set([...this.#addresses.list(), address])].sort(), port);
  }

  async #write(ips: readonly string[], port: number): Promise<void> {
    const subsets =
      ips.length > 0 ? [{ addresses: ips.map((ip) => ({ ip })), ports: [{ ...PORT, port }] }] : [];
    const metadata = { name: NAME, namespace: NAMESPACE };
    const endpoints: Endpoints = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...metadata, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
      ...(subsets.length > 0 && { subsets }),
    };
    const slice: EndpointSlice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { [SERVICE_NAME_LABEL]: NAME } },
      addressType: (ips[0] && addressOf(ips[0])?.family) || 'IPv4',
      endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
      ports: ips.length > 0 ? [{ ...PORT, port }] : [],
    };
    await Promise.all([
      this.#put(this.#endpoints, endpoints, (stored) => isDeepStrictEqual(stored.subsets, endpoints.subsets)),
      this.#put(
        this.#slices,
        slice,
        (stored) =>
          isDeepStrictEqual(stored.endpoints ?? [], slice.endpoints) &&
          isDeepStrictEqual(stored.ports ?? [], slice.ports),
      ),
    ]);
  }

  /** Without effect if the stored object is as it should be. Mode `apply` creates, and records no field manager. */
  async #put<T extends KubeObject>(
    resource: StoredResource<T>,
    object: T,
    isSame: (stored: Readonly<T>) => boolean,
  ): Promise<void> {
    const stored = resource.cache.get(NAMESPACE, NAME)?.object;
    if (stored && isSame(stored)) return;
    const write = ownWrite(this.#options.clock, NAMESPACE);
    await resource.update(NAME, (current) => keepLabels(object, current?.()), write, 'apply');
  }
}

/** Labels that somebody has added stay. */
const keepLabels = <T extends KubeObject>(object: T, stored: T | undefined): T =>
  structuredClone({
    ...object,
    metadata: { ...object.metadata, labels: { ...stored?.metadata.labels, ...object.metadata.labels } },
  });
