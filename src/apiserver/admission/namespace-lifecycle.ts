// Nothing is made in a namespace that does not exist or is ending; three namespaces are never deleted.
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { failure, notFound, type StatusError } from '../../api/status/status-error.ts';
import type { Attributes } from '../registry/admission.ts';
import { targetOf } from '../registry/served.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from './plugin.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);

export function namespaceLifecycle({ registries }: PluginOptions): Plugin {
  const { cache } = registries.of(Namespace);
  return {
    name: 'NamespaceLifecycle',
    admit(attributes) {
      const { operation, context, served, name } = attributes;
      if (operation === 'DELETE') {
        if (resourceOf(attributes) === 'namespaces' && IMMORTAL.has(name))
          throw deny(attributes, 'this namespace may not be deleted');
        return;
      }
      if (!served.kind.resource.namespaced) return;
      const { namespace } = context;
      const item = cache.get('', namespace);
      if (!item) throw notFound({ resource: 'namespaces' }, namespace);
      if (operation !== 'CREATE' || context.subresource) return;
      const { status } = objectAs<Namespace>(item.object);
      if (status?.phase === 'Terminating') throw ending(attributes, namespace);
    },
  };
}

function ending(attributes: Attributes, namespace: string): StatusError {
  const { group, resource } = targetOf(attributes.served);
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
