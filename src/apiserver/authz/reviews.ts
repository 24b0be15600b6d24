// The authorization API's reviews: SubjectAccessReview, its self and local forms, and SelfSubjectRulesReview. Each function
// computes the status of one review and changes nothing. Called by virtual/reviews.ts.
// Upstream: pkg/registry/authorization and pkg/apis/authorization/validation/validation.go.
import type {
  ResourceAttributes,
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from '../../api/kinds/authorization/v1/access-review.ts';
import type { SubjectRulesReviewStatus } from '../../api/kinds/authorization/v1/self-subject-rules-review.ts';
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import { badRequest, type FieldError, invalid } from '../../api/status/status-error.ts';
import type { User } from '../request.ts';
import { type Attributes, type Authorizer, resourceAttributes } from './attributes.ts';
import { nodeNameOf } from './node-authorizer.ts';
import type { Rbac } from './rbac.ts';

const GROUP = 'authorization.k8s.io';

type Question = Pick<SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

/** SubjectAccessReview. */
export function reviewAccess(
  authorizer: Authorizer,
  spec: SubjectAccessReviewSpec,
): SubjectAccessReviewStatus {
  refuse('SubjectAccessReview', [...questionErrors(spec), ...subjectErrors(spec)]);
  return statusOf(authorizer, userOf(spec), spec);
}

/** SelfSubjectAccessReview. */
export function reviewOwnAccess(
  authorizer: Authorizer,
  user: User,
  spec: Question,
): SubjectAccessReviewStatus {
  refuse('SelfSubjectAccessReview', questionErrors(spec));
  return statusOf(authorizer, user, spec);
}

/** LocalSubjectAccessReview, created in `namespace`. */
export function reviewLocalAccess(
  authorizer: Authorizer,
  namespace: string,
  spec: SubjectAccessReviewSpec,
): SubjectAccessReviewStatus {
  const errors = [...questionErrors(spec), ...subjectErrors(spec)];
  if (spec.nonResourceAttributes)
    errors.push(
      wrong('spec.nonResourceAttributes', spec.nonResourceAttributes, 'disallowed on this kind of request'),
    );
  refuse('LocalSubjectAccessReview', errors);
  if (spec.resourceAttributes?.namespace !== namespace)
    throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
  return statusOf(authorizer, userOf(spec), spec);
}

/** SelfSubjectRulesReview: the RBAC rules of `user` in `namespace`. For nodes it is incomplete, as upstream. */
export function reviewOwnRules(rbac: Rbac, user: User, namespace: string): SubjectRulesReviewStatus {
  if (!namespace) throw badRequest('no namespace on request');
  const rules = rbac.rulesFor(user, namespace);
  const node = nodeNameOf(user);
  return {
    resourceRules: rules.filter(({ resources }) => resources?.length).map(resourceRule),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: node !== undefined,
    ...(node !== undefined && {
      evaluationError: `node authorizer does not support user rule resolution for node ${JSON.stringify(node)}`,
    }),
  };
}

const resourceRule = ({ verbs, apiGroups, resources, resourceNames }: PolicyRule) => ({
  verbs,
  apiGroups,
  resources,
  ...(resourceNames && { resourceNames }),
});

function statusOf(authorizer: Authorizer, user: User, question: Question): SubjectAccessReviewStatus {
  const { allowed, reason } = authorizer.authorize(user, attributesOf(question));
  return { allowed, ...(reason && { reason }) };
}

const userOf = ({ user = '', uid, groups = [], extra }: SubjectAccessReviewSpec): User => ({
  name: user,
  groups,
  ...(uid && { uid }),
  ...(extra && { extra }),
});

function attributesOf({ resourceAttributes: resource, nonResourceAttributes: path }: Question): Attributes {
  if (!resource)
    return resourceAttributes({ isResource: false, verb: path?.verb ?? '', path: path?.path ?? '' });
  const {
    verb = '',
    group = '',
    resource: plural = '',
    subresource = '',
    namespace = '',
    name = '',
  } = resource;
  const ofNode = selectedNode(resource);
  return resourceAttributes({
    verb,
    group,
    resource: plural,
    subresource,
    namespace,
    name,
    ...(ofNode !== undefined && { ofNode }),
  });
}

function selectedNode({ fieldSelector }: ResourceAttributes): string | undefined {
  const one = fieldSelector?.requirements?.find(({ key }) => key === 'spec.nodeName');
  return one?.operator === 'In' && one.values?.length === 1 ? one.values[0] : undefined;
}

const wrong = (field: string, value: unknown, why: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
});

function questionErrors({
  resourceAttributes: resource,
  nonResourceAttributes: path,
}: Question): FieldError[] {
  if (resource && path)
    return [
      wrong('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes'),
    ];
  if (resource || path) return [];
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [wrong('spec.resourceAttributes', null, why)];
}

const subjectErrors = ({ user, groups }: SubjectAccessReviewSpec): FieldError[] =>
  user || groups?.length ? [] : [wrong('spec.user', '', 'at least one of user or group must be specified')];

function refuse(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: GROUP, kind }, '', errors);
}
