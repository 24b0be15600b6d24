// Services that nobody answers for, and webhooks and API servers behind such Services. Pure.

import { isEndpointReady } from '../../../../../api/endpoints/conditions.ts';
import { slicesByService } from '../../../../../api/endpoints/slices.ts';
import type { Service } from '../../../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { keyOf, nameOf, namespaceOf } from '../../../../../api/meta/v1/object.ts';
import { type Finding, KINDS, timeOf } from './finding.ts';

/** How many endpoints a Service has, and how many of them take traffic. */
export interface Behind {
  readonly endpoints: number;
  readonly ready: number;
}

/** By `namespace/name`. Services without a slice are not in it. */
export function endpointsBehind(slices: readonly Readonly<EndpointSlice>[]): ReadonlyMap<string, Behind> {
  const found = new Map<string, Behind>();
  for (const [key, own] of slicesByService(slices as EndpointSlice[])) {
    const all = own.flatMap(({ endpoints }) => endpoints ?? []);
    found.set(key, { endpoints: all.length, ready: all.filter(isEndpointReady).length });
  }
  return found;
}

/** How long the endpoints of a new Service may take. */
const PATIENCE_MS = 30_000;

export function serviceFinding(
  service: Readonly<Service>,
  behind: ReadonlyMap<string, Behind>,
  now: number,
): Finding | undefined {
  const { selector, type } = service.spec ?? {};
  if (type === 'ExternalName') return undefined;
  const { endpoints, ready } = behind.get(keyOf(service)) ?? { endpoints: 0, ready: 0 };
  const since = timeOf(service.metadata.creationTimestamp);
  if (ready > 0 || (since !== undefined && now < since + PATIENCE_MS)) return undefined;
  const labels = Object.entries(selector ?? {}).map(([key, value]) => `${key}=${value}`);
  // A Service without a selector waits for whoever writes its endpoints.
  if (endpoints === 0 && labels.length === 0) return undefined;
  const message =
    endpoints === 0
      ? `no pod matches its selector ${labels.join(',')}`
      : `none of its ${endpoints} ${endpoints === 1 ? 'endpoint is' : 'endpoints are'} ready`;
  return {
    ...{ of: KINDS.Service, namespace: namespaceOf(service), name: nameOf(service) },
    ...{ severity: 'warn', reason: 'NoEndpoints', message },
    ...(since !== undefined && { since }),
  };
}
