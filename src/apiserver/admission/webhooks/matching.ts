// Decides whether a webhook is called for a write: by its rules, its namespaceSelector, and its objectSelector on the old or
// new object. Pure. Called by webhooks.ts. Upstream: apiserver/pkg/admission/plugin/webhook/predicates.
import type { MutatingWebhook } from '../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';

/** The fields that mutating and validating webhooks share. */
export type Webhook = Omit<MutatingWebhook, 'reinvocationPolicy'>;
type Rule = NonNullable<Webhook['rules']>[number];

/** Webhooks are never called for admission configuration itself: a broken webhook could otherwise not be removed. */
const OWN_KINDS = /^(validating|mutating)(webhookconfiguration|admissionpolic)/;

/** `namespace`: the namespace of the object, or the object itself if it is a Namespace. */
export function matches(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  namespace: Namespace | undefined,
): boolean {
  const { plural } = attributes.kind.resource;
  if (OWN_KINDS.test(plural)) return false;
  if (!webhook.rules?.some((rule) => ruleMatches(rule, attributes))) return false;
  const isNamespaced = attributes.kind.resource.namespaced || plural === 'namespaces';
  if (isNamespaced && !labelSelectorOf(webhook.namespaceSelector).matches(namespace?.metadata.labels ?? {}))
    return false;
  const selector = labelSelectorOf(webhook.objectSelector);
  return (
    selector.empty ||
    [attributes.object, attributes.old].some(
      (object) => object && selector.matches(object.metadata?.labels ?? {}),
    )
  );
}

function ruleMatches(rule: Rule, { operation, kind, subresource }: AdmissionAttributes): boolean {
  const { group, version, plural, namespaced } = kind.resource;
  const has = (list: readonly string[] | undefined, value: string) =>
    list?.some((one) => one === '*' || one === value) ?? false;
  const scope = rule.scope ?? '*';
  return (
    has(rule.operations, operation) &&
    has(rule.apiGroups, group) &&
    has(rule.apiVersions, version) &&
    (scope === '*' || (scope === 'Namespaced') === namespaced) &&
    (rule.resources?.some((resource) => resourceMatches(resource, plural, subresource)) ?? false)
  );
}

/** Patterns: `pods`, `pods/status`, `pods/*`, `*` (no subresources), `* /scale`, `* /*` (without the blank). */
function resourceMatches(pattern: string, plural: string, subresource: string): boolean {
  const [resource, sub = ''] = pattern.split('/');
  return (
    (resource === '*' || resource === plural) &&
    (sub === subresource || (sub === '*' && pattern.includes('/')))
  );
}
