// Which webhooks a write is for: by rule, by labels of its namespace, by labels of the object before and after.

import type { MutatingWebhook } from '../../../api/kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import type { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import type { Attributes } from '../../registry/admission.ts';

/** What both kinds of webhook have. */
export type Webhook = Omit<MutatingWebhook, 'reinvocationPolicy'>;
type Rule = NonNullable<Webhook['rules']>[number];

const OWN_KINDS = /^(validating|mutating)(webhookconfiguration|admissionpolic)/;

/** `namespace` is that of the write, or the object itself when it is a namespace. */
export function matches(webhook: Webhook, attributes: Attributes, namespace: Namespace | undefined): boolean {
  const { plural } = attributes.served.kind.resource;
  if (OWN_KINDS.test(plural)) return false;
  if (!webhook.rules?.some((rule) => ruleMatches(rule, attributes))) return false;
  const isNamespaced = attributes.served.kind.resource.namespaced || plural === 'namespaces';
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

function ruleMatches(rule: Rule, { operation, served, context }: Attributes): boolean {
  const { group, version, plural, namespaced } = served.kind.resource;
  const { subresource } = context;
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

/** `pods`, `pods/status`, `pods/*`, `*` (no subresources), `* /scale`, `* /*` (written without the blank). */
function resourceMatches(pattern: string, plural: string, subresource: string): boolean {
  const [resource, sub = ''] = pattern.split('/');
  return (
    (resource === '*' || resource === plural) &&
    (sub === subresource || (sub === '*' && pattern.includes('/')))
  );
}
