// Binds a pod by POST to its binding subresource; the API server then sets spec.nodeName and PodScheduled=True.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import type { BindPlugin } from '../framework/plugin.ts';
import { SUCCESS } from '../framework/status.ts';

export const defaultBinder = (client: Pick<Client, 'post'>): BindPlugin => ({
  name: 'DefaultBinder',
  async bind(_state, { pod, uid }, node) {
    const [name, namespace] = [nameOf(pod), namespaceOf(pod)];
    await client.post(Pod, name, namespace, 'binding', {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { kind: 'Node', name: node },
    });
    return SUCCESS;
  },
});
