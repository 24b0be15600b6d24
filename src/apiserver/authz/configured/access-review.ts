// The SubjectAccessReview that asks a webhook about a request. Called by webhook-authorizer.ts.
// Upstream: staging/src/k8s.io/apiserver/plugin/pkg/authorizer/webhook/webhook.go.
import type {
  ResourceAttributes,
  SubjectAccessReviewSpec,
} from '../../../api/kinds/authorization/v1/access-review.ts';
import type { FieldRequirement } from '../../../api/selectors/field-selector.ts';
import type { LabelOperator, LabelRequirement } from '../../../api/selectors/label-requirement.ts';
import type { User } from '../../request.ts';
import type { Attributes } from '../attributes.ts';

export function reviewSpec(
  { name, uid, groups, extra }: User,
  attributes: Attributes,
): SubjectAccessReviewSpec {
  const { isResource, path, verb } = attributes;
  return {
    ...(isResource
      ? { resourceAttributes: resourceOf(attributes) }
      : { nonResourceAttributes: { ...(path && { path }), ...(verb && { verb }) } }),
    ...(name && { user: name }),
    ...(groups.length > 0 && { groups: [...groups] }),
    ...(extra && {
      extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
    }),
    ...(uid && { uid }),
  };
}

const FIELDS = ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'] as const;

function resourceOf(attributes: Attributes): ResourceAttributes {
  const { fieldSelector = [], labelSelector = [] } = attributes;
  const labels = labelSelector.flatMap(labelRequirement);
  return {
    ...Object.fromEntries(
      FIELDS.filter((field) => attributes[field]).map((field) => [field, attributes[field]]),
    ),
    ...(fieldSelector.length > 0 && { fieldSelector: { requirements: fieldSelector.map(fieldRequirement) } }),
    ...(labels.length > 0 && { labelSelector: { requirements: labels } }),
  };
}

const fieldRequirement = ({ field, operator, value }: FieldRequirement) => ({
  key: field,
  operator: operator === '=' ? 'In' : 'NotIn',
  values: [value],
});

const OPERATORS: Readonly<Partial<Record<LabelOperator, string>>> = {
  '=': 'In',
  '==': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

/** A requirement that the API has no operator for is left out: the webhook is then asked about more, never about less. */
function labelRequirement({ key, operator, values }: LabelRequirement) {
  const known = OPERATORS[operator];
  return known ? [{ key, operator: known, ...(values.length > 0 && { values: [...values] }) }] : [];
}
