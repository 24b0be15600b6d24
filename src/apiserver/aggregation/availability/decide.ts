// Whether the Service of an APIService can be asked at all. Pure. Called by availability.ts.
// Upstream: sync() in staging/src/k8s.io/kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go.
import { isEndpointReady } from '../../../api/endpoints/conditions.ts';
import { slicePort } from '../../../api/endpoints/slices.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { Finding } from '../conditions.ts';
import type { RemoteService } from '../remote-service.ts';

export const PASSED: Finding = { status: 'True', reason: 'Passed', message: 'all checks passed' };

export const failed = (message: string): Finding => ({
  status: 'False',
  reason: 'FailedDiscoveryCheck',
  message,
});

/** Why it is not available; undefined if the server is to be asked. */
export function findingOf(
  { service: { namespace, name, port } }: RemoteService,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Finding | undefined {
  const about = `service/${name} in ${JSON.stringify(namespace)}`;
  if (!service) return unavailable('ServiceNotFound', `${about} is not present`);
  const { type = 'ClusterIP', ports = [] } = service.spec ?? {};
  if (type !== 'ClusterIP') return undefined;
  const found = ports.find((one) => one.port === port);
  if (!found) return unavailable('ServicePortError', `${about} is not listening on port ${port}`);
  if (slices.length === 0) return unavailable('EndpointsNotFound', `cannot find endpointslices for ${about}`);
  const portName = found.name ?? '';
  if (slices.some((slice) => slice.endpoints?.some(isEndpointReady) && slicePort(slice, portName)))
    return undefined;
  const quoted = JSON.stringify(portName);
  return unavailable(
    'MissingEndpoints',
    `endpointslices for ${about} have no addresses with port name ${quoted}`,
  );
}

const unavailable = (reason: string, message: string): Finding => ({ status: 'False', reason, message });
