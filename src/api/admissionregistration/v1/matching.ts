import { LabelSelector } from '../../meta/v1/label-selector.ts';
import { bytes, int32, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const MatchCondition = struct('io.k8s.api.admissionregistration.v1.MatchCondition', {
  expression: required(string(2, { emit: 'always' })),
  name: required(string(1, { emit: 'always' })),
});
export interface MatchCondition extends Of<typeof MatchCondition> {}

export const NamedRuleWithOperations = struct(
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations',
  {
    apiGroups: list(1, text, { listType: 'atomic', inline: [2, 2] }),
    apiVersions: list(2, text, { listType: 'atomic', inline: [2, 2] }),
    operations: list(1, text, { listType: 'atomic', inline: [2] }),
    resourceNames: list(1, text, { listType: 'atomic' }),
    resources: list(3, text, { listType: 'atomic', inline: [2, 2] }),
    scope: string(4, {
      assumed: '*',
      enum: ['*', 'Cluster', 'Namespaced'],
      emit: 'if-set',
      inline: [2, 2],
    }),
  },
  { atomic: true },
);
export interface NamedRuleWithOperations extends Of<typeof NamedRuleWithOperations> {}

export const MatchResources = struct(
  'io.k8s.api.admissionregistration.v1.MatchResources',
  {
    excludeResourceRules: list(4, NamedRuleWithOperations, { listType: 'atomic' }),
    matchPolicy: string(7, { assumed: 'Equivalent', enum: ['Equivalent', 'Exact'], emit: 'if-set' }),
    namespaceSelector: ref(1, LabelSelector, { assumed: {}, emit: 'if-set' }),
    objectSelector: ref(2, LabelSelector, { assumed: {}, emit: 'if-set' }),
    resourceRules: list(3, NamedRuleWithOperations, { listType: 'atomic' }),
  },
  { atomic: true },
);
export interface MatchResources extends Of<typeof MatchResources> {}

export const ParamKind = struct(
  'io.k8s.api.admissionregistration.v1.ParamKind',
  {
    apiVersion: string(1),
    kind: string(2),
  },
  { atomic: true },
);
export interface ParamKind extends Of<typeof ParamKind> {}

export const ParamRef = struct(
  'io.k8s.api.admissionregistration.v1.ParamRef',
  {
    name: string(1),
    namespace: string(2),
    parameterNotFoundAction: string(4, { emit: 'if-set' }),
    selector: ref(3, LabelSelector, { emit: 'if-set' }),
  },
  { atomic: true },
);
export interface ParamRef extends Of<typeof ParamRef> {}

export const RuleWithOperations = struct('io.k8s.api.admissionregistration.v1.RuleWithOperations', {
  apiGroups: list(1, text, { listType: 'atomic', inline: [2] }),
  apiVersions: list(2, text, { listType: 'atomic', inline: [2] }),
  operations: list(1, text, { listType: 'atomic' }),
  resources: list(3, text, { listType: 'atomic', inline: [2] }),
  scope: string(4, { assumed: '*', enum: ['*', 'Cluster', 'Namespaced'], emit: 'if-set', inline: [2] }),
});
export interface RuleWithOperations extends Of<typeof RuleWithOperations> {}

export const ServiceReference = struct('io.k8s.api.admissionregistration.v1.ServiceReference', {
  name: required(string(2, { emit: 'always' })),
  namespace: required(string(1, { emit: 'always' })),
  path: string(3, { emit: 'if-set' }),
  port: int32(4, { assumed: 443, emit: 'if-set' }),
});
export interface ServiceReference extends Of<typeof ServiceReference> {}

export const Variable = struct(
  'io.k8s.api.admissionregistration.v1.Variable',
  {
    expression: required(string(2, { emit: 'always' })),
    name: required(string(1, { emit: 'always' })),
  },
  { atomic: true },
);
export interface Variable extends Of<typeof Variable> {}

export const WebhookClientConfig = struct('io.k8s.api.admissionregistration.v1.WebhookClientConfig', {
  caBundle: bytes(2),
  service: ref(1, ServiceReference, { emit: 'if-set' }),
  url: string(3, { emit: 'if-set' }),
});
export interface WebhookClientConfig extends Of<typeof WebhookClientConfig> {}
