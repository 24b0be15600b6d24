// Decides whether a webhook is called for a write: by its rules, its namespaceSelector, and its objectSelector on the old or
// new object. Pure. Called by webhooks.ts. Upstream: apiserver/pkg/admission/plugin/webhook/predicates.
import type { MutatingWebhook } from '../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';

/** The fields that mutating and validating webhooks share. */
export type Webhook = Omit<MutatingWebhook, 'reinvocationPolicy'>;
type Rule = NonNullable<Webhook['rules']>[number];
type Selector = Webhook['objectSelector'];

/** Neither webhooks nor policies apply to admission configuration itself: a broken one could otherwise not be removed. */
const OWN_KINDS = new Set([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

export const isOwnConfiguration = ({ kind: { resource } }: AdmissionAttributes): boolean =>
  resource.group === 'admissionregistration.k8s.io' && OWN_KINDS.has(resource.plural);

/** The version of the resource that the webhook is called for; undefined: it is not called.
 *  `namespace`: the namespace of the object, or the object itself if it is a Namespace. */
export function matchedVersion(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  namespace: Namespace | undefined,
  equivalents: () => readonly AnyResource[],
): AnyResource | undefined {
  if (isOwnConfiguration(attributes)) return undefined;
  const kind = versionByRules(webhook.rules, webhook.matchPolicy, attributes, equivalents);
  const selected =
    kind && selectorsMatch(webhook.namespaceSelector, webhook.objectSelector, attributes, namespace);
  return selected ? kind : undefined;
}

/** The version in the request, if a rule matches it. */
export function versionByRules(
  rules: readonly Rule[] = [],
  matchPolicy: string | undefined,
  attributes: AdmissionAttributes,
  equivalents: () => readonly AnyResource[],
): AnyResource | undefined {
  if (rules.some((rule) => ruleMatches(rule, attributes, attributes.kind))) return attributes.kind;
  if (matchPolicy === 'Exact' || rules.length === 0) return undefined;
  return equivalents().find((other) => rules.some((rule) => ruleMatches(rule, attributes, other)));
}

export function selectorsMatch(
  namespaceSelector: Selector,
  objectSelector: Selector,
  attributes: AdmissionAttributes,
  namespace: Namespace | undefined,
): boolean {
  const { plural, namespaced } = attributes.kind.resource;
  const isNamespaced = namespaced || plural === 'namespaces';
  if (isNamespaced && !labelSelectorOf(namespaceSelector).matches(namespace?.metadata.labels ?? {}))
    return false;
  const selector = labelSelectorOf(objectSelector);
  return (
    selector.empty ||
    [attributes.object, attributes.old].some(
      (object) => object?.metadata && selector.matches(object.metadata.labels ?? {}),
    )
  );
}

function ruleMatches(
  rule: Rule,
  { operation, subresource }: AdmissionAttributes,
  { resource: { group, version, plural, namespaced } }: AnyResource,
): boolean {
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
