// The load balancer of a cluster on one machine: a LoadBalancer Service gets the address 127.0.0.1 in its status once all its
// ports are open there, and loses it when one closes. Services with a loadBalancerClass are left to others.
import { Service } from '../../api/kinds/core/v1/service.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { type HostPort, isServed } from './wanted.ts';

/** Services whose status differs from what the `open` ports call for, with the addresses that it should show. */
export function statusChanges(
  services: readonly Service[],
  open: ReadonlyMap<number, HostPort>,
  address: string,
): { service: Service; ips: string[] }[] {
  return services.flatMap((service) => {
    const balanced = service.spec?.type === 'LoadBalancer' && !service.spec.loadBalancerClass;
    const shown = service.status?.loadBalancer?.ingress?.map((i) => i.ip ?? '') ?? [];
    if (!balanced && shown.length === 0) return [];
    if (service.spec?.loadBalancerClass) return [];
    const ips = balanced && isServed(service, open) ? [address] : [];
    return ips.join() === shown.join() ? [] : [{ service, ips }];
  });
}

/** Writes the addresses into the Service's status; does nothing when the Service has been deleted. */
export async function writeStatus(client: Client, service: Service, ips: readonly string[]): Promise<void> {
  const ingress = ips.map((ip) => ({ ip, ipMode: 'Proxy' }));
  const patch = { status: { loadBalancer: { ingress: ingress.length ? ingress : null } } };
  try {
    const options = { subresource: 'status' };
    await client.patch(Service, nameOf(service), namespaceOf(service), 'merge', patch, options);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
