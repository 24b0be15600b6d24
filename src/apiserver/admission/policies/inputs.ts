// The values that expressions see of a request, made when they are asked for.
import type { Variables } from '../../../api/cel/evaluate/frame.ts';
import {
  type Authorize,
  authorizerValue,
  requestResourceValue,
} from '../../../api/cel/kubernetes/authorizer.ts';
import { jsonValue } from '../../../api/cel/values/json.ts';
import type { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import {
  type LocalAuthorizer,
  resourceAttributes,
  selectedFields,
  selectedLabels,
} from '../../authz/attributes.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import type { User } from '../../request.ts';
import type { Seen } from '../equivalent.ts';
import { requestOf } from '../webhooks/review.ts';

export interface Inputs {
  readonly attributes: AdmissionAttributes;
  /** The objects in the version that matches. */
  readonly seen: Seen;
  readonly authorizer: LocalAuthorizer;
  /** Of the object; undefined for cluster-scoped ones and for Namespaces. */
  readonly namespace: Namespace | undefined;
  readonly params: KubeObject | null;
}

export function inputValues({ attributes, seen, authorizer, namespace, params }: Inputs): Variables {
  const authorize = authorizeBy(authorizer, attributes.user);
  return (name) => {
    switch (name) {
      case 'object':
        return jsonValue(seen.object ?? null);
      case 'oldObject':
        return jsonValue(seen.old ?? null);
      case 'params':
        return jsonValue(params);
      case 'request':
        return jsonValue(request(attributes, seen));
      case 'namespaceObject':
        return jsonValue(namespace === undefined ? null : visible(namespace));
      case 'authorizer':
        return authorizerValue(authorize);
      case 'authorizer.requestResource':
        return requestResourceValue(authorize, {
          group: attributes.kind.resource.group,
          resource: attributes.kind.resource.plural,
          subresource: attributes.subresource,
          namespace: attributes.namespace,
          name: attributes.name,
        });
      default:
        return undefined;
    }
  };
}

function request(attributes: AdmissionAttributes, seen: Seen): object {
  const { object, oldObject, uid, ...shown } = requestOf(attributes, seen, '');
  return shown;
}

/** The fields of a namespace that expressions may read. */
function visible({ metadata, spec, status }: Namespace): object {
  const { managedFields, ownerReferences, selfLink, ...shown } = metadata as Namespace['metadata'] & {
    selfLink?: string;
  };
  return { metadata: shown, spec, status };
}

function authorizeBy(authorizer: LocalAuthorizer, user: User): Authorize {
  return (check, account) => {
    const who: User = account === undefined ? user : serviceAccountUser(account);
    const { verb, path = '', group, resource, subresource, namespace, name } = check;
    const attributes =
      path === ''
        ? resourceAttributes({
            verb,
            group,
            version: '*',
            resource,
            subresource,
            namespace,
            name,
            ...selectedFields(check.fieldSelector),
            ...selectedLabels(check.labelSelector),
          })
        : resourceAttributes({ isResource: false, verb, path });
    return authorizer.authorize(who, attributes);
  };
}

const serviceAccountUser = ({ namespace, name }: { namespace: string; name: string }): User => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
