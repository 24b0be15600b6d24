// Objects cannot be created in a namespace that does not exist or is terminating, so that the namespace controller can finish
// deleting its content; three namespaces cannot be deleted.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle.
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { failure, notFound, type StatusError } from '../../api/status/status-error.ts';
import { type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { targetOf } from '../registry/resource.ts';
import { deny, type Plugin, type PluginOptions } from './plugin.ts';

const UNDELETABLE = new Set(['default', 'kube-system', 'kube-public']);

export function namespaceLifecycle({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(Namespace);
  return {
    name: 'NamespaceLifecycle',
    admit(attributes) {
      const { operation, namespace, kind, name } = attributes;
      if (operation === 'DELETE') {
        if (concerns(attributes, Namespace) && UNDELETABLE.has(name))
          throw deny(attributes, 'this namespace may not be deleted');
        return;
      }
      if (!kind.resource.namespaced) return;
      const item = cache.get('', namespace);
      if (!item) throw notFound({ resource: 'namespaces' }, namespace);
      if (operation !== 'CREATE' || attributes.subresource) return;
      if (item.object.status?.phase === 'Terminating') throw ending(attributes, namespace);
    },
  };
}

function ending(attributes: AdmissionAttributes, namespace: string): StatusError {
  const { group, resource } = targetOf(attributes);
  const qualified = group ? `${resource}.${group}` : resource;
  const { name } = attributes;
  return failure(
    403,
    'Forbidden',
    `${qualified} ${JSON.stringify(name)} is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
    {
      ...(name && { name }),
      ...(group && { group }),
      kind: resource,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    },
  );
}
