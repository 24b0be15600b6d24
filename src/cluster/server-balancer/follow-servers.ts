// Keeps a balancer's list as the cluster's own: the servers' own slice of the Service `kubernetes`, in which every server that lives is.
// Slices that others add to the Service do not count.
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { serversOf } from './addresses.ts';
import type { ServerBalancer } from './server-balancer.ts';

/** Returns how to end it. The informers are the caller's, who starts them. */
export function followServers(
  balancer: Pick<ServerBalancer, 'setServers'>,
  informers: InformerFactory,
): () => void {
  const slices = informers.informer(EndpointSlice);
  const look = (slice: Readonly<EndpointSlice>) => {
    if (nameOf(slice) === 'kubernetes' && namespaceOf(slice) === 'default')
      balancer.setServers(serversOf([slice]));
  };
  return slices.addHandler({ onAdd: look, onUpdate: look });
}
