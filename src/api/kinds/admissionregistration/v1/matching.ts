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
        doc: 'A CEL expression over object, oldObject, request and authorizer; true matches.',
        emit: 'always',
      }),
    ),
    name: required(string(1, { doc: "The condition's name, unique in the list.", emit: 'always' })),
  },
  { doc: 'A condition on a request, for what rules cannot say.' },
);
export interface MatchCondition extends Of<typeof MatchCondition> {}

export const NamedRuleWithOperations = struct(
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations',
  {
    apiGroups: list(1, text, { doc: 'The API groups, or * for all.', listType: 'atomic', inline: [2, 2] }),
    apiVersions: list(2, text, {
      doc: 'The API versions, or * for all.',
      listType: 'atomic',
      inline: [2, 2],
    }),
    operations: list(1, text, {
      doc: 'CREATE, UPDATE, DELETE, CONNECT, or * for all.',
      listType: 'atomic',
      inline: [2],
    }),
    resourceNames: list(1, text, {
      doc: 'The names of the objects; any name when empty.',
      listType: 'atomic',
    }),
    resources: list(3, text, {
      doc: 'Resources and subresources such as pods/log; * stands for all.',
      listType: 'atomic',
      inline: [2, 2],
    }),
    scope: string(4, {
      doc: 'Cluster, Namespaced, or * for both; * when absent.',
      assumed: '*',
      enum: ['*', 'Cluster', 'Namespaced'],
      emit: 'if-set',
      inline: [2, 2],
    }),
  },
  { doc: 'Operations on resources, maybe only on objects of some names.', atomic: true },
);
export interface NamedRuleWithOperations extends Of<typeof NamedRuleWithOperations> {}

export const MatchResources = struct(
  'io.k8s.api.admissionregistration.v1.MatchResources',
  {
    excludeResourceRules: list(4, NamedRuleWithOperations, {
      doc: 'Requests that are left out, whatever the rules say.',
      listType: 'atomic',
    }),
    matchPolicy: string(7, {
      doc: 'Exact, or Equivalent for other versions too; Equivalent when absent.',
      assumed: 'Equivalent',
      enum: ['Equivalent', 'Exact'],
      emit: 'if-set',
    }),
    namespaceSelector: ref(1, LabelSelector, {
      doc: "Labels of the object's namespace; any when absent.",
      assumed: {},
      emit: 'if-set',
    }),
    objectSelector: ref(2, LabelSelector, {
      doc: 'Labels of the object, old or new; any when absent.',
      assumed: {},
      emit: 'if-set',
    }),
    resourceRules: list(3, NamedRuleWithOperations, {
      doc: 'One of these must match the request.',
      listType: 'atomic',
    }),
  },
  { doc: 'Which requests a policy is about.', atomic: true },
);
export interface MatchResources extends Of<typeof MatchResources> {}

export const ParamKind = struct(
  'io.k8s.api.admissionregistration.v1.ParamKind',
  {
    apiVersion: string(1, { doc: "The kind's group and version." }),
    kind: string(2, { doc: 'The name of the kind.' }),
  },
  { doc: "The kind of objects that hold a policy's parameters.", atomic: true },
);
export interface ParamKind extends Of<typeof ParamKind> {}

export const ParamRef = struct(
  'io.k8s.api.admissionregistration.v1.ParamRef',
  {
    name: string(1, { doc: 'One object by name; excludes selector.' }),
    namespace: string(2, { doc: "Where to look; the namespace of the request's object when absent." }),
    parameterNotFoundAction: string(4, {
      doc: 'Allow or Deny: what happens when nothing is found.',
      emit: 'if-set',
    }),
    selector: ref(3, LabelSelector, { doc: 'All objects with these labels; excludes name.', emit: 'if-set' }),
  },
  { doc: "Which objects hold a policy's parameters.", atomic: true },
);
export interface ParamRef extends Of<typeof ParamRef> {}

export const RuleWithOperations = struct(
  'io.k8s.api.admissionregistration.v1.RuleWithOperations',
  {
    apiGroups: list(1, text, { doc: 'The API groups, or * for all.', listType: 'atomic', inline: [2] }),
    apiVersions: list(2, text, { doc: 'The API versions, or * for all.', listType: 'atomic', inline: [2] }),
    operations: list(1, text, { doc: 'CREATE, UPDATE, DELETE, CONNECT, or * for all.', listType: 'atomic' }),
    resources: list(3, text, {
      doc: 'Resources and subresources such as pods/log; * stands for all.',
      listType: 'atomic',
      inline: [2],
    }),
    scope: string(4, {
      doc: 'Cluster, Namespaced, or * for both; * when absent.',
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
    name: required(string(2, { doc: "The service's name.", emit: 'always' })),
    namespace: required(string(1, { doc: "The service's namespace.", emit: 'always' })),
    path: string(3, { doc: 'The URL path to call; / when absent.', emit: 'if-set' }),
    port: int32(4, { doc: "The service's port; 443 when absent.", assumed: 443, emit: 'if-set' }),
  },
  { doc: 'A service that answers calls.' },
);
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const Variable = struct(
  'io.k8s.api.admissionregistration.v1.Variable',
  {
    expression: required(string(2, { doc: 'A CEL expression, worked out when first used.', emit: 'always' })),
    name: required(string(1, { doc: 'Others use it as variables.NAME.', emit: 'always' })),
  },
  { doc: 'An expression with a name, for use in others.', atomic: true },
);
export interface Variable extends Of<typeof Variable> {}

export const WebhookClientConfig = struct(
  'io.k8s.api.admissionregistration.v1.WebhookClientConfig',
  {
    caBundle: bytes(2, { doc: "PEM certificates that vouch for it; the system's when absent." }),
    service: ref(1, ServiceReference, { doc: 'A service of the cluster.', emit: 'if-set' }),
    url: string(3, { doc: 'An https address, without user or query.', emit: 'if-set' }),
  },
  { doc: 'How to reach a webhook; by url or by service.' },
);
export interface WebhookClientConfig extends Of<typeof WebhookClientConfig> {}
