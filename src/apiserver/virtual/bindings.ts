// POST bindings, the older form of POST pods/NAME/binding: metadata.name of the binding is the name of the pod.
// Called by assemble.ts.
import { Binding } from '../../api/kinds/core/v1/binding.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { bindPod, SUCCESS } from '../registry/bind-pod.ts';
import type { Resource } from '../registry/resource.ts';
import { VirtualResource, virtualItem } from '../registry/virtual-resource.ts';

export const bindings = (pods: Resource<Pod>): VirtualResource<Binding> =>
  new VirtualResource<Binding>(Binding, {
    async create(binding, write) {
      await bindPod(pods, binding.metadata.name ?? '', binding, write);
      return virtualItem(SUCCESS);
    },
  });
