// Services: cluster IPs and node ports are allocated when a service is written, and released when it is deleted or the
// write fails. Allocations are read from the stored services on first use and kept in memory only: several API servers over
// one store could allocate the same address twice. Upstream stores allocations (IPAddress objects, a port bitmap).
// Upstream: pkg/registry/core/service/storage/{storage.go,alloc.go}.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { invalid } from '../../api/status/status-error.ts';
import type { Reservation, Strategy } from '../registry/strategy.ts';
import { type AddressPool, TakenError } from './address-pool.ts';
import { keepAllocated } from './service-continuity.ts';
import { needsAddress, needsNodePorts } from './service-needs.ts';

export interface ServiceResources {
  readonly addresses: AddressPool<string>;
  /** Node ports with their protocol, such as 30080/TCP: TCP and UDP may use the same number. */
  readonly ports: AddressPool<string>;
  readonly freshPort: (protocols: readonly string[]) => number;
}

const KIND = { group: '', kind: 'Service' };

/** `resources` is called when a service is first written: only then is the resource table complete. */
export const serviceStrategy = (resources: () => ServiceResources): Strategy<Service> => ({
  createOnUpdate: true,
  returnsDeleted: true,
  prepareCreate: settleFamilies,
  prepareUpdate(service, old) {
    keepAllocated(service, old);
    settleFamilies(service);
  },
  reserve: (service, old) => new Allocation(resources(), service, old),
  afterDelete: (service) => release(resources(), service),
});

/** clusterIP and the first of clusterIPs are the same address. The cluster is single-stack IPv4. */
function settleFamilies({ spec }: Service): void {
  if (!spec || spec.type === 'ExternalName') return;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
  if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
}

/** The addresses and ports of a service, as values of the pools. */
export function allocatedTo({ spec }: Service): { addresses: string[]; ports: string[] } {
  const ips = spec?.clusterIPs ?? (spec?.clusterIP ? [spec.clusterIP] : []);
  const ports = (spec?.ports ?? []).filter(({ nodePort }) => nodePort);
  const all = ports.map(({ nodePort, protocol }) => `${nodePort}/${protocol ?? 'TCP'}`);
  if (spec?.healthCheckNodePort) all.push(`${spec.healthCheckNodePort}/TCP`);
  return { addresses: ips.filter((ip) => ip && ip !== 'None'), ports: [...new Set(all)] };
}

function release({ addresses, ports }: ServiceResources, gone: Service): void {
  const { addresses: ips, ports: numbers } = allocatedTo(gone);
  for (const ip of ips) addresses.release(ip);
  for (const port of numbers) ports.release(port);
}

/** The allocations of one write. Values that the old service had are not allocated again, and are released by keep() only:
 *  until the write is stored, the old service still uses them. */
class Allocation implements Reservation {
  readonly #resources: ServiceResources;
  readonly #taken: { addresses: string[]; ports: string[] } = { addresses: [], ports: [] };
  readonly #before: { addresses: string[]; ports: string[] };
  readonly #service: Service;

  constructor(resources: ServiceResources, wanted: Service, old: Service | undefined) {
    this.#resources = resources;
    this.#service = wanted;
    this.#before = old ? allocatedTo(old) : { addresses: [], ports: [] };
    try {
      if (needsAddress(wanted)) this.#takeAddress();
      this.#takePorts();
    } catch (error) {
      this.release();
      throw error;
    }
  }

  keep(): void {
    const now = allocatedTo(this.#service);
    for (const ip of this.#before.addresses)
      if (!now.addresses.includes(ip)) this.#resources.addresses.release(ip);
    for (const port of this.#before.ports) if (!now.ports.includes(port)) this.#resources.ports.release(port);
    this.#taken.addresses.length = 0;
    this.#taken.ports.length = 0;
  }

  release(): void {
    for (const ip of this.#taken.addresses.splice(0)) this.#resources.addresses.release(ip);
    for (const port of this.#taken.ports.splice(0)) this.#resources.ports.release(port);
  }

  #takeAddress(): void {
    const spec = this.#service.spec!;
    const wanted = spec.clusterIP || spec.clusterIPs?.[0];
    if (wanted && this.#before.addresses.includes(wanted)) return;
    const { addresses } = this.#resources;
    const ip = wanted
      ? this.#allocate('spec.clusterIPs', [wanted], () => addresses.take(wanted))
      : addresses.draw();
    this.#taken.addresses.push(ip);
    spec.clusterIP = ip;
    spec.clusterIPs = [ip];
  }

  #takePorts(): void {
    const { spec } = this.#service;
    const all = needsNodePorts(this.#service);
    const given = new Map<number, number>();
    for (const [i, port] of (spec?.ports ?? []).entries()) {
      const protocol = port.protocol ?? 'TCP';
      if (!port.nodePort && !all) continue;
      port.nodePort ||= given.get(port.port) ?? this.#resources.freshPort(this.#protocolsOf(port.port));
      given.set(port.port, port.nodePort);
      this.#takePort(`spec.ports[${i}].nodePort`, port.nodePort, protocol);
    }
    const local = spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
    if (!spec || !local) return;
    spec.healthCheckNodePort ||= this.#resources.freshPort(['TCP']);
    this.#takePort('spec.healthCheckNodePort', spec.healthCheckNodePort, 'TCP');
  }

  #protocolsOf(number: number): string[] {
    const same =
      this.#service.spec?.ports?.filter(({ port, nodePort }) => port === number && !nodePort) ?? [];
    return same.map(({ protocol }) => protocol ?? 'TCP');
  }

  #takePort(field: string, number: number, protocol: string): void {
    const key = `${number}/${protocol}`;
    if (this.#before.ports.includes(key) || this.#taken.ports.includes(key)) return;
    this.#allocate(field, number, () => this.#resources.ports.take(key));
    this.#taken.ports.push(key);
  }

  #allocate<T>(field: string, value: unknown, take: () => T): T {
    try {
      return take();
    } catch (error) {
      if (!(error instanceof TakenError)) throw error;
      const message = `Invalid value: ${JSON.stringify(value)}: ${error.message}`;
      throw invalid(KIND, this.#service.metadata.name!, [{ type: 'FieldValueInvalid', field, message }]);
    }
  }
}
