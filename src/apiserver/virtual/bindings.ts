// POST bindings, the older form of POST pods/NAME/binding: metadata.name of the binding is the name of the pod.
// Called by assemble.ts.
import { Binding } from '../../api/kinds/core/v1/binding.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Admission } from '../registry/admission.ts';
import { bindPod, checkTarget, SUCCESS } from '../registry/bind-pod.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { VirtualResource, virtualItem } from '../registry/virtual-resource.ts';

export const bindings = (pods: StoredResource<Pod>, admission: Admission): VirtualResource<Binding> =>
  new VirtualResource<Binding>(
    Binding,
    {
      async create(binding, write) {
        checkTarget(binding);
        await bindPod(pods, binding.metadata.name ?? '', binding, write);
        return virtualItem(SUCCESS);
      },
    },
    admission,
  );
