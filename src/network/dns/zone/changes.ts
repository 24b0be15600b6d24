// Forgets what the zone keeps of a Service when the Service or one of its slices changes.
import { serviceNameOf } from '../../../api/endpoints/slices.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Handler } from '../../../client/informer/informer.ts';
import type { Zone } from './zone.ts';

interface Watched<T extends KubeObject> {
  addHandler(handler: Handler<T>): () => void;
}

/** Returns how to stop it. */
export function dropChanged(
  zone: Pick<Zone, 'drop'>,
  { services, slices }: { readonly services: Watched<Service>; readonly slices: Watched<EndpointSlice> },
): () => void {
  const stops = [
    services.addHandler(forEach((service) => zone.drop(`${namespaceOf(service)}/${nameOf(service)}`))),
    slices.addHandler(
      forEach((slice) => {
        const service = serviceNameOf(slice);
        if (service !== undefined) zone.drop(`${namespaceOf(slice)}/${service}`);
      }),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** For every state in which an object was or is: its label may change. */
const forEach = <T>(act: (object: Readonly<T>) => void): Handler<T> => ({
  onAdd: act,
  onUpdate: (object, old) => {
    act(old);
    act(object);
  },
  onDelete: act,
});
