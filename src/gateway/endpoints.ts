// The addresses behind a Service's port. Pure; called by ingress/ and routes/.
import { isIP } from 'node:net';
import { usableEndpoints } from '../api/endpoints/conditions.ts';
import { slicePort } from '../api/endpoints/slices.ts';
import type { Service, ServicePort } from '../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../api/kinds/discovery/v1/endpoint-slice.ts';
import type { Endpoint } from './model/routes.ts';

/** `port` as an Ingress names it: by number or by name. */
export function servicePort(
  service: Readonly<Service>,
  port: { readonly name?: string; readonly number?: number },
): ServicePort | undefined {
  return service.spec?.ports?.find((one) => (port.name ? one.name === port.name : one.port === port.number));
}

/** Sorted, so that equal endpoints give equal lists. */
export function endpointsOf(
  slices: readonly Readonly<EndpointSlice>[],
  port: ServicePort,
  reaches: (ip: string) => boolean,
): Endpoint[] {
  const found = new Map<string, { endpoint: Endpoint; conditions?: { ready?: boolean } }>();
  for (const slice of slices) {
    const number = slicePort(slice, port.name ?? '');
    if (!number || !Number.isInteger(number) || number > 65_535) continue;
    for (const { addresses, conditions } of slice.endpoints ?? []) {
      const ip = addresses[0] ?? '';
      if (isIP(ip) === 0 || ip.includes('%') || isOwn(ip) || !reaches(ip)) continue;
      found.set(`${ip} ${number}`, { endpoint: { ip, port: number }, ...(conditions && { conditions }) });
    }
  }
  const usable = usableEndpoints([...found.keys()].sort().map((key) => found.get(key)!));
  return usable.map(({ endpoint }) => endpoint);
}

/** Security: the proxy runs beside the machine's own servers, which trust connections over loopback. */
const isOwn = (ip: string): boolean => /^(127\.|0\.|169\.254\.|::1$|::ffff:|::$|fe80:)/i.test(ip);
