import { resource } from '../../../meta/v1/resource.ts';
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
} from '../../../schema/notation.ts';

export const FlowDistinguisherMethod = struct(
  'io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod',
  {
    type: required(string(1, { doc: 'ByUser or ByNamespace.', emit: 'always' })),
  },
  { doc: 'What tells flows of one schema apart.' },
);
export interface FlowDistinguisherMethod extends Of<typeof FlowDistinguisherMethod> {}

export const FlowSchemaCondition = struct(
  'io.k8s.api.flowcontrol.v1.FlowSchemaCondition',
  {
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: string(2, { doc: 'True, False or Unknown.' }),
    type: string(1, { doc: 'Which aspect.' }),
  },
  { doc: 'What is known about one aspect of a flow schema.' },
);
export interface FlowSchemaCondition extends Of<typeof FlowSchemaCondition> {}

export const PriorityLevelConfigurationReference = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference',
  {
    name: required(string(1, { doc: "The priority level's name.", emit: 'always' })),
  },
  { doc: 'A priority level, by name.' },
);
export interface PriorityLevelConfigurationReference extends Of<typeof PriorityLevelConfigurationReference> {}

export const NonResourcePolicyRule = struct(
  'io.k8s.api.flowcontrol.v1.NonResourcePolicyRule',
  {
    nonResourceURLs: required(
      list(6, text, { doc: 'The paths; a * may stand at the end.', emit: 'always', listType: 'set' }),
    ),
    verbs: required(
      list(1, text, {
        doc: 'The HTTP methods in small letters; * stands for all.',
        emit: 'always',
        listType: 'set',
      }),
    ),
  },
  { doc: 'Requests for paths outside the API.' },
);
export interface NonResourcePolicyRule extends Of<typeof NonResourcePolicyRule> {}

export const ResourcePolicyRule = struct(
  'io.k8s.api.flowcontrol.v1.ResourcePolicyRule',
  {
    apiGroups: required(
      list(2, text, { doc: 'The API groups; * stands for all.', emit: 'always', listType: 'set' }),
    ),
    clusterScope: boolean(4, { doc: 'Also requests without a namespace; false when absent.' }),
    namespaces: list(5, text, { doc: 'The namespaces; * stands for all.', emit: 'always', listType: 'set' }),
    resources: required(
      list(3, text, {
        doc: 'Resources and subresources; * stands for all.',
        emit: 'always',
        listType: 'set',
      }),
    ),
    verbs: required(
      list(1, text, { doc: 'What is done; * stands for all.', emit: 'always', listType: 'set' }),
    ),
  },
  { doc: 'Requests for objects of the API.' },
);
export interface ResourcePolicyRule extends Of<typeof ResourcePolicyRule> {}

export const GroupSubject = struct(
  'io.k8s.api.flowcontrol.v1.GroupSubject',
  {
    name: required(string(1, { doc: "The group's name; * stands for all.", emit: 'always' })),
  },
  { doc: 'All users of a group.' },
);
export interface GroupSubject extends Of<typeof GroupSubject> {}

export const ServiceAccountSubject = struct(
  'io.k8s.api.flowcontrol.v1.ServiceAccountSubject',
  {
    name: required(
      string(2, { doc: "The account's name; * stands for all of the namespace.", emit: 'always' }),
    ),
    namespace: required(string(1, { doc: "The account's namespace.", emit: 'always' })),
  },
  { doc: 'A service account.' },
);
export interface ServiceAccountSubject extends Of<typeof ServiceAccountSubject> {}

export const UserSubject = struct(
  'io.k8s.api.flowcontrol.v1.UserSubject',
  {
    name: required(string(1, { doc: "The user's name; * stands for all.", emit: 'always' })),
  },
  { doc: 'A single user.' },
);
export interface UserSubject extends Of<typeof UserSubject> {}

export const Subject = struct(
  'io.k8s.api.flowcontrol.v1.Subject',
  {
    group: ref(3, GroupSubject, { doc: 'All users of a group.', emit: 'if-set' }),
    kind: required(string(1, { doc: 'User, Group or ServiceAccount: which member is set.', emit: 'always' })),
    serviceAccount: ref(4, ServiceAccountSubject, { doc: 'A service account.', emit: 'if-set' }),
    user: ref(2, UserSubject, { doc: 'A single user.', emit: 'if-set' }),
  },
  { doc: 'Who asks; one member is set.' },
);
export interface Subject extends Of<typeof Subject> {}

export const PolicyRulesWithSubjects = struct(
  'io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects',
  {
    nonResourceRules: list(3, NonResourcePolicyRule, {
      doc: 'Paths outside the API; one rule must match.',
      listType: 'atomic',
    }),
    resourceRules: list(2, ResourcePolicyRule, {
      doc: 'Objects of the API; one rule must match.',
      listType: 'atomic',
    }),
    subjects: required(
      list(1, Subject, { doc: 'Who asks; one must match.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'Requests, by who asks and for what.' },
);
export interface PolicyRulesWithSubjects extends Of<typeof PolicyRulesWithSubjects> {}

export const FlowSchemaSpec = struct(
  'io.k8s.api.flowcontrol.v1.FlowSchemaSpec',
  {
    distinguisherMethod: ref(3, FlowDistinguisherMethod, {
      doc: 'What tells flows apart; all is one flow when absent.',
      emit: 'if-set',
    }),
    matchingPrecedence: int32(2, {
      doc: 'Of several schemas that match, the lowest number wins; 1 to 10000.',
      assumed: 1000,
      emit: 'always',
    }),
    priorityLevelConfiguration: required(
      ref(1, PriorityLevelConfigurationReference, {
        doc: 'The priority level of these requests.',
        emit: 'always',
      }),
    ),
    rules: list(4, PolicyRulesWithSubjects, {
      doc: 'A request belongs here when one of these matches.',
      listType: 'atomic',
    }),
  },
  { doc: 'Which requests belong to which priority level.' },
);
export interface FlowSchemaSpec extends Of<typeof FlowSchemaSpec> {}

export const FlowSchemaStatus = struct(
  'io.k8s.api.flowcontrol.v1.FlowSchemaStatus',
  {
    conditions: list(1, FlowSchemaCondition, {
      doc: 'What is known, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'What was found about the schema.' },
);
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
