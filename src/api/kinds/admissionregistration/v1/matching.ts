import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import {
  bytes,
  int32,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';

export const MatchCondition = struct(
  'io.k8s.api.admissionregistration.v1.MatchCondition',
  {
    expression: required(
      string(2, {
        doc: 'CEL expression that decides whether the request matches. It can use object, oldObject, request and authorizer.',
        emit: 'always',
      }),
    ),
    name: required(string(1, { doc: 'Name of the condition, unique within the list.', emit: 'always' })),
  },
  { doc: 'Condition that a request must meet, expressed in CEL.' },
);
export interface MatchCondition extends Of<typeof MatchCondition> {}

export const NamedRuleWithOperations = struct(
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations',
  {
    apiGroups: list(1, text, {
      doc: 'API groups the rule covers. * matches all groups.',
      listType: 'atomic',
      inline: [2, 2],
    }),
    apiVersions: list(2, text, {
      doc: 'API versions the rule covers. * matches all versions.',
      listType: 'atomic',
      inline: [2, 2],
    }),
    operations: list(1, text, {
      doc: 'Operations the rule covers: CREATE, UPDATE, DELETE, CONNECT, or * for all.',
      listType: 'atomic',
      inline: [2],
    }),
    resourceNames: list(1, text, {
      doc: 'Names of the objects the rule covers. An empty list allows every name.',
      listType: 'atomic',
    }),
    resources: list(3, text, {
      doc: 'Resources and subresources the rule covers, such as pods or pods/log. * matches all resources.',
      listType: 'atomic',
      inline: [2, 2],
    }),
    scope: string(4, {
      doc: 'Scope of the objects: Cluster, Namespaced, or * for both. Defaults to *.',
      assumed: '*',
      enum: ['*', 'Cluster', 'Namespaced'],
      emit: 'if-set',
      inline: [2, 2],
    }),
  },
  { doc: 'Operations on resources, optionally limited to objects with certain names.', atomic: true },
);
export interface NamedRuleWithOperations extends Of<typeof NamedRuleWithOperations> {}

export const MatchResources = struct(
  'io.k8s.api.admissionregistration.v1.MatchResources',
  {
    excludeResourceRules: list(4, NamedRuleWithOperations, {
      doc: 'Rules for requests to exclude, even if resourceRules match them.',
      listType: 'atomic',
    }),
    matchPolicy: string(7, {
      doc: 'How rules are matched: Exact, or Equivalent to include other versions of the same resource. Defaults to Equivalent.',
      assumed: 'Equivalent',
      enum: ['Equivalent', 'Exact'],
      emit: 'if-set',
    }),
    namespaceSelector: ref(1, LabelSelector, {
      doc: 'Selects objects by the labels of their namespace. Defaults to all namespaces.',
      assumed: {},
      emit: 'if-set',
    }),
    objectSelector: ref(2, LabelSelector, {
      doc: 'Selects objects by their labels; the old or the new object must match. Defaults to all objects.',
      assumed: {},
      emit: 'if-set',
    }),
    resourceRules: list(3, NamedRuleWithOperations, {
      doc: 'Rules for requests to include. A request must match at least one of them.',
      listType: 'atomic',
    }),
  },
  { doc: 'Selection of the requests that a policy or binding applies to.', atomic: true },
);
export interface MatchResources extends Of<typeof MatchResources> {}

export const ParamKind = struct(
  'io.k8s.api.admissionregistration.v1.ParamKind',
  {
    apiVersion: string(1, { doc: 'API group and version of the kind.' }),
    kind: string(2, { doc: 'Name of the kind.' }),
  },
  { doc: 'Kind of the objects that hold the parameters of a policy.', atomic: true },
);
export interface ParamKind extends Of<typeof ParamKind> {}

export const ParamRef = struct(
  'io.k8s.api.admissionregistration.v1.ParamRef',
  {
    name: string(1, { doc: 'Name of a single parameter object. Mutually exclusive with selector.' }),
    namespace: string(2, {
      doc: 'Namespace of the parameter objects. Defaults to the namespace of the object in the request.',
    }),
    parameterNotFoundAction: string(4, {
      doc: 'What to do if no parameter object is found: Allow or Deny.',
      emit: 'if-set',
    }),
    selector: ref(3, LabelSelector, {
      doc: 'Selects parameter objects by label. Mutually exclusive with name.',
      emit: 'if-set',
    }),
  },
  { doc: 'Reference to the objects that hold the parameters of a policy.', atomic: true },
);
export interface ParamRef extends Of<typeof ParamRef> {}

export const RuleWithOperations = struct(
  'io.k8s.api.admissionregistration.v1.RuleWithOperations',
  {
    apiGroups: list(1, text, {
      doc: 'API groups the rule covers. * matches all groups.',
      listType: 'atomic',
      inline: [2],
    }),
    apiVersions: list(2, text, {
      doc: 'API versions the rule covers. * matches all versions.',
      listType: 'atomic',
      inline: [2],
    }),
    operations: list(1, text, {
      doc: 'Operations the rule covers: CREATE, UPDATE, DELETE, CONNECT, or * for all.',
      listType: 'atomic',
    }),
    resources: list(3, text, {
      doc: 'Resources and subresources the rule covers, such as pods or pods/log. * matches all resources.',
      listType: 'atomic',
      inline: [2],
    }),
    scope: string(4, {
      doc: 'Scope of the objects: Cluster, Namespaced, or * for both. Defaults to *.',
      assumed: '*',
      enum: ['*', 'Cluster', 'Namespaced'],
      emit: 'if-set',
      inline: [2],
    }),
  },
  { doc: 'Operations on resources.' },
);
export interface RuleWithOperations extends Of<typeof RuleWithOperations> {}

export const ServiceReference = struct(
  'io.k8s.api.admissionregistration.v1.ServiceReference',
  {
    name: required(string(2, { doc: 'Name of the service.', emit: 'always' })),
    namespace: required(string(1, { doc: 'Namespace of the service.', emit: 'always' })),
    path: string(3, { doc: 'URL path of the request. Defaults to /.', emit: 'if-set' }),
    port: int32(4, { doc: 'Port of the service. Defaults to 443.', assumed: 443, emit: 'if-set' }),
  },
  { doc: 'Reference to a Service that handles the calls.' },
);
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const Variable = struct(
  'io.k8s.api.admissionregistration.v1.Variable',
  {
    expression: required(
      string(2, {
        doc: 'CEL expression that computes the value. It is evaluated when the variable is first used.',
        emit: 'always',
      }),
    ),
    name: required(
      string(1, {
        doc: 'Name of the variable. Other expressions refer to it as variables.NAME.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Named CEL expression that other expressions can use.', atomic: true },
);
export interface Variable extends Of<typeof Variable> {}

export const WebhookClientConfig = struct(
  'io.k8s.api.admissionregistration.v1.WebhookClientConfig',
  {
    caBundle: bytes(2, {
      doc: 'PEM-encoded CA bundle used to verify the server certificate. Defaults to the system trust roots.',
    }),
    service: ref(1, ServiceReference, {
      doc: 'Service in the cluster that handles the calls. Mutually exclusive with url.',
      emit: 'if-set',
    }),
    url: string(3, {
      doc: 'HTTPS URL of the webhook, without user information or query parameters. Mutually exclusive with service.',
      emit: 'if-set',
    }),
  },
  { doc: 'Location of a webhook: either a URL or a Service.' },
);
export interface WebhookClientConfig extends Of<typeof WebhookClientConfig> {}
