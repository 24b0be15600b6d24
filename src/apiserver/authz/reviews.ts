// The authorization API's reviews: SubjectAccessReview, its self and local forms, and SelfSubjectRulesReview. Each function
// computes the status of one review and changes nothing. Called by virtual/reviews.ts.
// Upstream: pkg/registry/authorization and pkg/apis/authorization/validation/validation.go.
import type {
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from '../../api/kinds/authorization/v1/access-review.ts';
import type { SubjectRulesReviewStatus } from '../../api/kinds/authorization/v1/self-subject-rules-review.ts';
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import { badRequest, type FieldError, invalid } from '../../api/status/status-error.ts';
import type { User } from '../request.ts';
import { type Attributes, type Authorizer, resourceAttributes } from './attributes.ts';
import { selectorErrors, selectorsOf } from './review-selectors.ts';

const GROUP = 'authorization.k8s.io';

type Question = Pick<SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

/** SubjectAccessReview. */
export function reviewAccess(
  authorizer: Authorizer,
  spec: SubjectAccessReviewSpec,
): Promise<SubjectAccessReviewStatus> {
  refuse('SubjectAccessReview', [...questionErrors(spec), ...subjectErrors(spec)]);
  return statusOf(authorizer, userOf(spec), spec);
}

/** SelfSubjectAccessReview. */
export function reviewOwnAccess(
  authorizer: Authorizer,
  user: User,
  spec: Question,
): Promise<SubjectAccessReviewStatus> {
  refuse('SelfSubjectAccessReview', questionErrors(spec));
  return statusOf(authorizer, user, spec);
}

/** LocalSubjectAccessReview, created in `namespace`. */
export function reviewLocalAccess(
  authorizer: Authorizer,
  namespace: string,
  spec: SubjectAccessReviewSpec,
): Promise<SubjectAccessReviewStatus> {
  const errors = [...questionErrors(spec), ...subjectErrors(spec)];
  const { resourceAttributes } = spec;
  const asked = resourceAttributes?.namespace ?? '';
  if (resourceAttributes && asked !== namespace)
    errors.push(wrong('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'));
  if (spec.nonResourceAttributes)
    errors.push(
      wrong('spec.nonResourceAttributes', spec.nonResourceAttributes, 'disallowed on this kind of request'),
    );
  refuse('LocalSubjectAccessReview', errors);
  return statusOf(authorizer, userOf(spec), spec);
}

/** SelfSubjectRulesReview: the rules of `user` in `namespace`. Not every authorizer can list them all. */
export function reviewOwnRules(
  authorizer: Authorizer,
  user: User,
  namespace: string,
): SubjectRulesReviewStatus {
  if (!namespace) throw badRequest('no namespace on request');
  const { rules, error } = authorizer.userRules?.(user, namespace) ?? { rules: [] };
  return {
    resourceRules: rules.filter(({ resources }) => resources?.length).map(resourceRule),
    nonResourceRules: rules
      .filter(({ nonResourceURLs }) => nonResourceURLs?.length)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: error !== undefined,
    ...(error !== undefined && { evaluationError: error }),
  };
}

const resourceRule = ({ verbs, apiGroups, resources, resourceNames }: PolicyRule) => ({
  verbs,
  apiGroups,
  resources,
  ...(resourceNames && { resourceNames }),
});

async function statusOf(
  authorizer: Authorizer,
  user: User,
  question: Question,
): Promise<SubjectAccessReviewStatus> {
  const { attributes, problems } = attributesOf(question);
  const { allowed, denied, reason, error } = await authorizer.authorize(user, attributes);
  const evaluationError = [...(error === undefined ? [] : [error]), ...problems].join('; ');
  return {
    allowed,
    ...(denied && { denied }),
    ...(reason && { reason }),
    ...(evaluationError && { evaluationError }),
  };
}

const userOf = ({ user = '', uid, groups = [], extra }: SubjectAccessReviewSpec): User => ({
  name: user,
  groups,
  ...(uid && { uid }),
  ...(extra && { extra }),
});

function attributesOf({ resourceAttributes: asked, nonResourceAttributes: path }: Question): {
  readonly attributes: Attributes;
  readonly problems: readonly string[];
} {
  if (!asked)
    return {
      attributes: resourceAttributes({ isResource: false, verb: path?.verb ?? '', path: path?.path ?? '' }),
      problems: [],
    };
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = asked;
  const { selectors, problems } = selectorsOf(asked);
  const version = asked.version || '*';
  return {
    attributes: resourceAttributes({
      verb,
      group,
      version,
      resource,
      subresource,
      namespace,
      name,
      ...selectors,
    }),
    problems,
  };
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
  if (resource) return selectorErrors(resource);
  if (path) return [];
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [wrong('spec.resourceAttributes', null, why)];
}

const subjectErrors = ({ user, groups }: SubjectAccessReviewSpec): FieldError[] =>
  user || groups?.length ? [] : [wrong('spec.user', '', 'at least one of user or group must be specified')];

function refuse(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: GROUP, kind }, '', errors);
}
