// The load balancers of a cluster on one machine: a LoadBalancer Service answers on the machine's 127.0.0.1, under its own ports.
// Asked by the loop that writes the status of Services (cluster/node-agent/local-cloud.ts).
import type { LoadBalancerStatus, Service } from '../../api/kinds/core/v1/service.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import type { HostPort } from './wanted.ts';

export interface BalancerOptions {
  readonly address: string;
  /** Opens and closes ports for the Services that there are now. */
  readonly sync: () => Promise<void>;
  /** The ports that are open. */
  readonly open: () => ReadonlyMap<number, HostPort>;
}

export type Ensured = { readonly status: LoadBalancerStatus } | { readonly problem: string };

export class LocalBalancers {
  readonly #options: BalancerOptions;
  /** Keys of the Services that were told an address. */
  readonly #made = new Set<string>();

  constructor(options: BalancerOptions) {
    this.#options = options;
  }

  exists(service: Readonly<Service>): boolean {
    return this.#made.has(keyOf(service));
  }

  async ensure(service: Readonly<Service>): Promise<Ensured> {
    const { address, sync, open } = this.#options;
    if (problemOf(service, open(), address)) await sync();
    const problem = problemOf(service, open(), address);
    if (problem) return { problem };
    this.#made.add(keyOf(service));
    return { status: { ingress: [{ ip: address, ipMode: 'Proxy' }] } };
  }

  async remove(service: Readonly<Service>): Promise<void> {
    await this.#options.sync();
    this.#made.delete(keyOf(service));
  }
}

/** Why the Service has no load balancer; undefined when every TCP port of it is open and its own. */
export function problemOf(
  service: Readonly<Service>,
  open: ReadonlyMap<number, HostPort>,
  address: string,
): string | undefined {
  const ports = (service.spec?.ports ?? []).filter((port) => (port.protocol ?? 'TCP') === 'TCP');
  if (ports.length === 0) return `the Service has no TCP port; on ${address} others are not served`;
  for (const { port, nodePort } of ports) {
    const holder = open.get(port)?.service;
    if (holder === keyOf(service)) continue;
    if (!nodePort) return `port ${port} has no node port; load balancers on ${address} need one`;
    if (holder) return `port ${port} of ${address} belongs to Service ${holder}`;
    return `port ${port} of ${address} is in use by another process`;
  }
  return undefined;
}
