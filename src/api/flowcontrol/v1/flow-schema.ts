import { resource } from '../../meta/v1/resource.ts';
import {
  boolean,
  int32,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../schema/notation.ts';

export const FlowDistinguisherMethod = struct('io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod', {
  type: required(string(1, { emit: 'always' })),
});
export interface FlowDistinguisherMethod extends Of<typeof FlowDistinguisherMethod> {}

export const FlowSchemaCondition = struct('io.k8s.api.flowcontrol.v1.FlowSchemaCondition', {
  lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
  message: string(5, { doc: 'Why, for people.' }),
  reason: string(4, { doc: 'Why, in one word.' }),
  status: string(2, { doc: 'True, False or Unknown.' }),
  type: string(1, { doc: 'Which aspect.' }),
});
export interface FlowSchemaCondition extends Of<typeof FlowSchemaCondition> {}

export const PriorityLevelConfigurationReference = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference',
  {
    name: required(string(1, { emit: 'always' })),
  },
);
export interface PriorityLevelConfigurationReference extends Of<typeof PriorityLevelConfigurationReference> {}

export const NonResourcePolicyRule = struct('io.k8s.api.flowcontrol.v1.NonResourcePolicyRule', {
  nonResourceURLs: required(list(6, text, { emit: 'always', listType: 'set' })),
  verbs: required(list(1, text, { emit: 'always', listType: 'set' })),
});
export interface NonResourcePolicyRule extends Of<typeof NonResourcePolicyRule> {}

export const ResourcePolicyRule = struct('io.k8s.api.flowcontrol.v1.ResourcePolicyRule', {
  apiGroups: required(list(2, text, { emit: 'always', listType: 'set' })),
  clusterScope: boolean(4),
  namespaces: list(5, text, { emit: 'always', listType: 'set' }),
  resources: required(list(3, text, { emit: 'always', listType: 'set' })),
  verbs: required(list(1, text, { emit: 'always', listType: 'set' })),
});
export interface ResourcePolicyRule extends Of<typeof ResourcePolicyRule> {}

export const GroupSubject = struct('io.k8s.api.flowcontrol.v1.GroupSubject', {
  name: required(string(1, { emit: 'always' })),
});
export interface GroupSubject extends Of<typeof GroupSubject> {}

export const ServiceAccountSubject = struct('io.k8s.api.flowcontrol.v1.ServiceAccountSubject', {
  name: required(string(2, { emit: 'always' })),
  namespace: required(string(1, { emit: 'always' })),
});
export interface ServiceAccountSubject extends Of<typeof ServiceAccountSubject> {}

export const UserSubject = struct('io.k8s.api.flowcontrol.v1.UserSubject', {
  name: required(string(1, { emit: 'always' })),
});
export interface UserSubject extends Of<typeof UserSubject> {}

export const Subject = struct('io.k8s.api.flowcontrol.v1.Subject', {
  group: ref(3, GroupSubject, { emit: 'if-set' }),
  kind: required(string(1, { emit: 'always' })),
  serviceAccount: ref(4, ServiceAccountSubject, { emit: 'if-set' }),
  user: ref(2, UserSubject, { emit: 'if-set' }),
});
export interface Subject extends Of<typeof Subject> {}

export const PolicyRulesWithSubjects = struct('io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects', {
  nonResourceRules: list(3, NonResourcePolicyRule, { listType: 'atomic' }),
  resourceRules: list(2, ResourcePolicyRule, { listType: 'atomic' }),
  subjects: required(list(1, Subject, { emit: 'always', listType: 'atomic' })),
});
export interface PolicyRulesWithSubjects extends Of<typeof PolicyRulesWithSubjects> {}

export const FlowSchemaSpec = struct('io.k8s.api.flowcontrol.v1.FlowSchemaSpec', {
  distinguisherMethod: ref(3, FlowDistinguisherMethod, { emit: 'if-set' }),
  matchingPrecedence: int32(2, { assumed: 1000, emit: 'always' }),
  priorityLevelConfiguration: required(ref(1, PriorityLevelConfigurationReference, { emit: 'always' })),
  rules: list(4, PolicyRulesWithSubjects, { listType: 'atomic' }),
});
export interface FlowSchemaSpec extends Of<typeof FlowSchemaSpec> {}

export const FlowSchemaStatus = struct('io.k8s.api.flowcontrol.v1.FlowSchemaStatus', {
  conditions: list(1, FlowSchemaCondition, { listType: 'map', keys: ['type'], merge: 'type' }),
});
export interface FlowSchemaStatus extends Of<typeof FlowSchemaStatus> {}

export const FlowSchema = resource(
  'io.k8s.api.flowcontrol.v1.FlowSchema',
  {
    doc: 'Which requests belong together.',
    group: 'flowcontrol.apiserver.k8s.io',
    version: 'v1',
    kind: 'FlowSchema',
    plural: 'flowschemas',
    singular: 'flowschema',
    namespaced: false,
    storageVersionHash: 'GJVAJZSZBIw=',
    subresources: { status: { kind: 'FlowSchema', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, FlowSchemaSpec, { emit: 'always' }),
    status: ref(3, FlowSchemaStatus, { emit: 'always' }),
  },
);
export interface FlowSchema extends Of<typeof FlowSchema> {}
