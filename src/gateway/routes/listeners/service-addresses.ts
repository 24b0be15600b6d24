// The addresses of Gateways that are reached through Services of load balancers, on machines that have joined: what the Service of each
// shows, and, where the proxy is, the node's own addresses with the nodePorts of the Service. Pure. Called by cluster/doors.

import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import { gatewayService } from '../../../api/nodes/doors.ts';
import { shown } from '../verdict.ts';
import { type AddressSource, type Assigned, unsupportedAddress } from './addresses.ts';

export class ServiceAddresses implements AddressSource {
  readonly #serviceOf: (name: string) => Readonly<Service> | undefined;
  readonly #own: readonly string[] | undefined;

  /** `own`: the addresses of the node whose proxy serves; undefined where none does. */
  constructor(serviceOf: (name: string) => Readonly<Service> | undefined, own?: readonly string[]) {
    this.#serviceOf = serviceOf;
    this.#own = own;
  }

  assign(gateways: readonly Readonly<Gateway>[]): ReadonlyMap<Readonly<Gateway>, Assigned> {
    return new Map(gateways.map((one) => [one, this.#of(one)]));
  }

  #of(gateway: Readonly<Gateway>): Assigned {
    const unsupported = unsupportedAddress(gateway);
    if (unsupported) return { pairs: [], shown: [], unsupported };
    const service = this.#serviceOf(gatewayService(gateway));
    const given = (service?.status?.loadBalancer?.ingress ?? []).flatMap(
      ({ ip, hostname }) => ip ?? hostname ?? [],
    );
    const missing = requestedAddresses(gateway).find((address) => !given.includes(address));
    const fault =
      given.length === 0
        ? { reason: 'AddressNotAssigned', message: 'no load balancer has given an address to its Service' }
        : { reason: 'AddressNotUsable', message: `the load balancer did not give ${shown(missing ?? '')}` };
    return {
      pairs: (this.#own ?? given).map((outside) => ({ outside })),
      shown: given,
      ...(this.#own && { ports: portsOf(service) }),
      ...((given.length === 0 || missing !== undefined) && { unusable: fault }),
    };
  }
}

export const requestedAddresses = ({ spec }: Readonly<Gateway>): string[] =>
  (spec.addresses ?? []).flatMap(({ value }) => value || []);

/** As gatewayPort() names them. */
const portsOf = (service: Readonly<Service> | undefined): Record<string, number> =>
  Object.fromEntries(
    (service?.spec?.ports ?? []).flatMap(({ name, nodePort }) =>
      name && nodePort ? [[name, nodePort]] : [],
    ),
  );
