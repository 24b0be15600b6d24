// Objects cannot be created in a namespace that does not exist or is terminating, so that the namespace controller can finish
// deleting its content; three namespaces cannot be deleted.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle.
import { LocalSubjectAccessReview } from '../../api/kinds/authorization/v1/local-subject-access-review.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { failure, notFound, type StatusError } from '../../api/status/status-error.ts';
import { type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { targetOf } from '../registry/resource.ts';
import { deny, type Plugin, type PluginOptions } from './plugin.ts';

const UNDELETABLE = new Set(['default', 'kube-system', 'kube-public']);

export function namespaceLifecycle({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(Namespace);
  const check = (attributes: AdmissionAttributes) => {
    const { operation, namespace } = attributes;
    if (!dependsOnNamespace(attributes)) return;
    const item = cache.get('', namespace);
    if (!item) throw notFound({ resource: 'namespaces' }, namespace);
    if (operation === 'CREATE' && item.object.status?.phase === 'Terminating')
      throw ending(attributes, namespace);
  };
  return {
    name: 'NamespaceLifecycle',
    admit(attributes) {
      if (attributes.operation !== 'DELETE') return check(attributes);
      if (concerns(attributes, Namespace) && UNDELETABLE.has(attributes.name))
        throw deny(attributes, 'this namespace may not be deleted');
    },
    // Called again after all other plug-ins, policies and webhooks, which take several turns of the event loop: the namespace may be
    // gone since the first of them.
    validate(attributes) {
      if (attributes.operation === 'CREATE') check(attributes);
    },
  };
}

/** Whether a namespace exists is not disclosed to somebody who only asks about access. */
const dependsOnNamespace = (attributes: AdmissionAttributes): boolean =>
  attributes.operation !== 'CONNECT' &&
  attributes.kind.resource.namespaced &&
  !concerns(attributes, LocalSubjectAccessReview);

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
