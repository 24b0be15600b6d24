import { FieldSelectorRequirement, LabelSelectorRequirement } from '../../../meta/v1/label-selector.ts';
import {
  boolean,
  list,
  listOf,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';

export const FieldSelectorAttributes = struct(
  'io.k8s.api.authorization.v1.FieldSelectorAttributes',
  {
    rawSelector: string(1, {
      doc: 'Field or label selector in the form of a query parameter. Mutually exclusive with requirements.',
    }),
    requirements: list(2, FieldSelectorRequirement, {
      doc: 'Parsed requirements of the selector. Mutually exclusive with rawSelector.',
      listType: 'atomic',
    }),
  },
  { doc: 'Field selector of a request.' },
);
export interface FieldSelectorAttributes extends Of<typeof FieldSelectorAttributes> {}

export const LabelSelectorAttributes = struct(
  'io.k8s.api.authorization.v1.LabelSelectorAttributes',
  {
    rawSelector: string(1, {
      doc: 'Field or label selector in the form of a query parameter. Mutually exclusive with requirements.',
    }),
    requirements: list(2, LabelSelectorRequirement, {
      doc: 'Parsed requirements of the selector. Mutually exclusive with rawSelector.',
      listType: 'atomic',
    }),
  },
  { doc: 'Label selector of a request.' },
);
export interface LabelSelectorAttributes extends Of<typeof LabelSelectorAttributes> {}

export const NonResourceAttributes = struct(
  'io.k8s.api.authorization.v1.NonResourceAttributes',
  {
    path: string(1, { doc: 'URL path, such as /healthz.' }),
    verb: string(2, { doc: 'HTTP method in lower case, such as get.' }),
  },
  { doc: 'Request to a path that is not an API resource.' },
);
export interface NonResourceAttributes extends Of<typeof NonResourceAttributes> {}

export const ResourceAttributes = struct(
  'io.k8s.api.authorization.v1.ResourceAttributes',
  {
    fieldSelector: ref(8, FieldSelectorAttributes, {
      doc: 'Field selector that limits the request. By default, it is not limited.',
      emit: 'if-set',
    }),
    group: string(3, { doc: 'API group of the resource. * means all groups.' }),
    labelSelector: ref(9, LabelSelectorAttributes, {
      doc: 'Label selector that limits the request. By default, it is not limited.',
      emit: 'if-set',
    }),
    name: string(7, { doc: 'Name of the object. An empty name means all objects.' }),
    namespace: string(1, {
      doc: 'Namespace of the request. Empty for cluster-scoped resources and for requests to all namespaces.',
    }),
    resource: string(5, { doc: 'Resource, such as pods. * means all resources.' }),
    subresource: string(6, { doc: 'Subresource, such as log. Empty if there is none.' }),
    verb: string(2, { doc: 'Verb of the request, such as get or list. * means all verbs.' }),
    version: string(4, { doc: 'API version of the resource. * means all versions.' }),
  },
  { doc: 'Request for an API resource.' },
);
export interface ResourceAttributes extends Of<typeof ResourceAttributes> {}

export const SubjectAccessReviewSpec = struct(
  'io.k8s.api.authorization.v1.SubjectAccessReviewSpec',
  {
    extra: map(5, listOf(text), { doc: 'Additional information from the authenticator, by key.' }),
    groups: list(4, text, { doc: 'Names of the groups that the user belongs to.', listType: 'atomic' }),
    nonResourceAttributes: ref(2, NonResourceAttributes, {
      doc: 'Request to a path that is not an API resource. Mutually exclusive with resourceAttributes.',
      emit: 'if-set',
    }),
    resourceAttributes: ref(1, ResourceAttributes, {
      doc: 'Request for an API resource. Mutually exclusive with nonResourceAttributes.',
      emit: 'if-set',
    }),
    uid: string(6, { doc: 'UID of the user.' }),
    user: string(3, { doc: 'Name that uniquely identifies the user among all active users.' }),
  },
  { doc: 'User and request to check.' },
);
export interface SubjectAccessReviewSpec extends Of<typeof SubjectAccessReviewSpec> {}

export const SubjectAccessReviewStatus = struct(
  'io.k8s.api.authorization.v1.SubjectAccessReviewStatus',
  {
    allowed: required(boolean(1, { doc: 'Whether the request is allowed.', emit: 'always' })),
    denied: boolean(4, {
      doc: 'Whether the request is explicitly denied. If both allowed and denied are false, no authorizer had an opinion.',
    }),
    evaluationError: string(3, {
      doc: 'Error that occurred during authorization. The result can still be valid.',
    }),
    reason: string(2, { doc: 'Reason for the decision.' }),
  },
  { doc: 'Result of the authorization check.' },
);
export interface SubjectAccessReviewStatus extends Of<typeof SubjectAccessReviewStatus> {}
