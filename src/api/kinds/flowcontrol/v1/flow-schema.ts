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
    type: required(string(1, { doc: 'How flows are distinguished: ByUser or ByNamespace.', emit: 'always' })),
  },
  { doc: 'How the requests that match a FlowSchema are divided into flows.' },
);
export interface FlowDistinguisherMethod extends Of<typeof FlowDistinguisherMethod> {}

export const FlowSchemaCondition = struct(
  'io.k8s.api.flowcontrol.v1.FlowSchemaCondition',
  {
    lastTransitionTime: time(3, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: string(2, { doc: 'Status of the condition: True, False or Unknown.' }),
    type: string(1, { doc: 'Type of the condition.' }),
  },
  { doc: 'Condition of a FlowSchema at a certain point.' },
);
export interface FlowSchemaCondition extends Of<typeof FlowSchemaCondition> {}

export const PriorityLevelConfigurationReference = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference',
  {
    name: required(string(1, { doc: 'Name of the PriorityLevelConfiguration.', emit: 'always' })),
  },
  { doc: 'Reference to a PriorityLevelConfiguration.' },
);
export interface PriorityLevelConfigurationReference extends Of<typeof PriorityLevelConfigurationReference> {}

export const NonResourcePolicyRule = struct(
  'io.k8s.api.flowcontrol.v1.NonResourcePolicyRule',
  {
    nonResourceURLs: required(
      list(6, text, {
        doc: 'URL paths. * is allowed as the last segment of a path.',
        emit: 'always',
        listType: 'set',
      }),
    ),
    verbs: required(
      list(1, text, {
        doc: 'HTTP methods in lower case. * means all methods.',
        emit: 'always',
        listType: 'set',
      }),
    ),
  },
  { doc: 'Requests to paths that are not API resources.' },
);
export interface NonResourcePolicyRule extends Of<typeof NonResourcePolicyRule> {}

export const ResourcePolicyRule = struct(
  'io.k8s.api.flowcontrol.v1.ResourcePolicyRule',
  {
    apiGroups: required(
      list(2, text, {
        doc: 'API groups of the resources. * means all groups.',
        emit: 'always',
        listType: 'set',
      }),
    ),
    clusterScope: boolean(4, {
      doc: 'Whether the rule matches requests without a namespace. Defaults to false.',
    }),
    namespaces: list(5, text, {
      doc: 'Namespaces that the rule matches. * matches all namespaces.',
      emit: 'always',
      listType: 'set',
    }),
    resources: required(
      list(3, text, {
        doc: 'Resources and subresources. * means all resources.',
        emit: 'always',
        listType: 'set',
      }),
    ),
    verbs: required(
      list(1, text, {
        doc: 'Verbs that the rule matches. * matches all verbs.',
        emit: 'always',
        listType: 'set',
      }),
    ),
  },
  { doc: 'Requests for API resources.' },
);
export interface ResourcePolicyRule extends Of<typeof ResourcePolicyRule> {}

export const GroupSubject = struct(
  'io.k8s.api.flowcontrol.v1.GroupSubject',
  {
    name: required(string(1, { doc: 'Name of the group. * matches all groups.', emit: 'always' })),
  },
  { doc: 'All users in a group.' },
);
export interface GroupSubject extends Of<typeof GroupSubject> {}

export const ServiceAccountSubject = struct(
  'io.k8s.api.flowcontrol.v1.ServiceAccountSubject',
  {
    name: required(
      string(2, {
        doc: 'Name of the ServiceAccount. * matches all accounts in the namespace.',
        emit: 'always',
      }),
    ),
    namespace: required(string(1, { doc: 'Namespace of the ServiceAccount.', emit: 'always' })),
  },
  { doc: 'Service account.' },
);
export interface ServiceAccountSubject extends Of<typeof ServiceAccountSubject> {}

export const UserSubject = struct(
  'io.k8s.api.flowcontrol.v1.UserSubject',
  {
    name: required(string(1, { doc: 'Name of the user. * matches all users.', emit: 'always' })),
  },
  { doc: 'Single user.' },
);
export interface UserSubject extends Of<typeof UserSubject> {}

export const Subject = struct(
  'io.k8s.api.flowcontrol.v1.Subject',
  {
    group: ref(3, GroupSubject, { doc: 'All users in a group.', emit: 'if-set' }),
    kind: required(string(1, { doc: 'Kind of the subject: User, Group or ServiceAccount.', emit: 'always' })),
    serviceAccount: ref(4, ServiceAccountSubject, { doc: 'Service account.', emit: 'if-set' }),
    user: ref(2, UserSubject, { doc: 'Single user.', emit: 'if-set' }),
  },
  { doc: 'Origin of requests. The member for its kind must be set.' },
);
export interface Subject extends Of<typeof Subject> {}

export const PolicyRulesWithSubjects = struct(
  'io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects',
  {
    nonResourceRules: list(3, NonResourcePolicyRule, {
      doc: 'Rules for paths that are not API resources. At least one rule of either list must match.',
      listType: 'atomic',
    }),
    resourceRules: list(2, ResourcePolicyRule, {
      doc: 'Rules for API resources. At least one rule of either list must match.',
      listType: 'atomic',
    }),
    subjects: required(
      list(1, Subject, {
        doc: 'Origins of the requests. At least one must match.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Selects requests by their origin and by what they ask for.' },
);
export interface PolicyRulesWithSubjects extends Of<typeof PolicyRulesWithSubjects> {}

export const FlowSchemaSpec = struct(
  'io.k8s.api.flowcontrol.v1.FlowSchemaSpec',
  {
    distinguisherMethod: ref(3, FlowDistinguisherMethod, {
      doc: 'How requests are divided into flows. By default, all of them belong to one flow.',
      emit: 'if-set',
    }),
    matchingPrecedence: int32(2, {
      doc: 'Precedence among schemas that match a request: the lowest number is used. From 1 to 10000.',
      assumed: 1000,
      emit: 'always',
    }),
    priorityLevelConfiguration: required(
      ref(1, PriorityLevelConfigurationReference, {
        doc: 'Priority level of the requests.',
        emit: 'always',
      }),
    ),
    rules: list(4, PolicyRulesWithSubjects, {
      doc: 'Rules of which at least one must match a request.',
      listType: 'atomic',
    }),
  },
  { doc: 'Desired selection of requests and their priority level.' },
);
export interface FlowSchemaSpec extends Of<typeof FlowSchemaSpec> {}

export const FlowSchemaStatus = struct(
  'io.k8s.api.flowcontrol.v1.FlowSchemaStatus',
  {
    conditions: list(1, FlowSchemaCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'Observed state of the FlowSchema.' },
);
export interface FlowSchemaStatus extends Of<typeof FlowSchemaStatus> {}

export const FlowSchema = resource(
  'io.k8s.api.flowcontrol.v1.FlowSchema',
  {
    doc: 'Assigns a group of requests to a priority level.',
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
