// The variables of admission expressions: object, oldObject, request, namespaceObject, params, authorizer and variables.

import type { Environment } from '../check/environment.ts';
import { baseEnvironment } from '../environment.ts';
import { authorizerType, resourceCheckType } from '../kubernetes/authorizer.ts';
import { strings, struct, texts, userInfoType } from '../types/structs.ts';
import {
  boolType,
  dynType,
  intType,
  listOf,
  mapOf,
  stringType,
  type Type,
  timestampType,
} from '../types/type.ts';

const kindType = struct('kubernetes.GroupVersionKind', texts('group', 'version', 'kind'));
const resourceType = struct('kubernetes.GroupVersionResource', texts('group', 'version', 'resource'));

const requestType = struct('kubernetes.AdmissionRequest', {
  ...texts('subResource', 'requestSubResource', 'name', 'namespace', 'operation'),
  kind: kindType,
  resource: resourceType,
  requestKind: kindType,
  requestResource: resourceType,
  userInfo: userInfoType,
  dryRun: boolType,
  options: dynType,
});

const namespaceType = struct('kubernetes.Namespace', {
  metadata: struct('kubernetes.NamespaceMetadata', {
    ...texts('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
    labels: mapOf(stringType, stringType),
    annotations: mapOf(stringType, stringType),
    creationTimestamp: timestampType,
    deletionTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    generation: intType,
    finalizers: strings,
  }),
  spec: struct('kubernetes.NamespaceSpec', { finalizers: strings }),
  status: struct('kubernetes.NamespaceStatus', {
    phase: stringType,
    conditions: listOf(
      struct('kubernetes.NamespaceCondition', {
        ...texts('status', 'type', 'message', 'reason'),
        lastTransitionTime: timestampType,
      }),
    ),
  }),
});

export interface Declarations {
  readonly params: boolean;
  readonly authorizer: boolean;
  /** Types of the object and of the parameters, where they are known: for the warnings in a policy's status. */
  readonly objectType?: Type;
  readonly paramsType?: Type;
}

export function admissionEnvironment({
  params,
  authorizer,
  objectType = dynType,
  paramsType = dynType,
}: Declarations): Environment {
  return baseEnvironment.extend({
    variables: {
      object: objectType,
      oldObject: objectType,
      request: requestType,
      namespaceObject: namespaceType,
      ...(params && { params: paramsType }),
      ...(authorizer && { authorizer: authorizerType, 'authorizer.requestResource': resourceCheckType }),
    },
  });
}
