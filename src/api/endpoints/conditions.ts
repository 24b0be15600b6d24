// Which endpoints of a slice receive traffic. Used by the service proxy, DNS, host ports and the API server's proxy.
// Follows kube-proxy (pkg/proxy/endpointslicecache.go and topology.go): a condition that is not set counts as ready, as
// serving, and as not terminating. publishNotReadyAddresses is not considered here: the EndpointSlice controller marks
// every endpoint of such a Service as ready.
import type { Endpoint } from '../kinds/discovery/v1/endpoint-slice.ts';

type EndpointLike = Pick<Readonly<Endpoint>, 'conditions'>;

/** True when the endpoint can receive new connections. */
export const isEndpointReady = ({ conditions }: EndpointLike): boolean => conditions?.ready !== false;

/** True when the endpoint serves, be it ready for new connections or not. */
export const isServing = ({ conditions }: EndpointLike): boolean => conditions?.serving !== false;

/** True when the endpoint is terminating and still able to serve. */
export const isServingWhileTerminating = ({ conditions }: EndpointLike): boolean =>
  isServing({ conditions }) && conditions?.terminating === true;

/**
 * The endpoints that a Service's traffic goes to: the ready ones, or where none is ready those that still serve while
 * they terminate (KEP-1669).
 */
export function usableEndpoints<E extends EndpointLike>(endpoints: readonly E[]): E[] {
  const ready = endpoints.filter(isEndpointReady);
  return ready.length > 0 ? ready : endpoints.filter(isServingWhileTerminating);
}
