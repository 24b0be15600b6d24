// Whether a policy or binding applies to a write: by rules, excluded rules and selectors. Pure.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/matching.
import type { MatchResources } from '../../../api/kinds/admissionregistration/v1/matching.ts';
import type { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import { selectorsMatch, versionByRules } from '../webhooks/matching.ts';

/** What is the same for all policies of a request. */
export interface MatchContext {
  readonly attributes: AdmissionAttributes;
  /** The namespace of the object, or the object itself if it is a Namespace. */
  readonly namespace: Namespace | undefined;
  readonly equivalents: () => readonly AnyResource[];
}

type Rules = MatchResources['resourceRules'];

/** The version of the resource that matched; undefined: the policy does not apply. Without rules everything matches. */
export function matchedVersion(resources: MatchResources, context: MatchContext): AnyResource | undefined {
  const { attributes, namespace, equivalents } = context;
  const { namespaceSelector, objectSelector, resourceRules = [], matchPolicy } = resources;
  if (!selectorsMatch(namespaceSelector, objectSelector, attributes, namespace)) return undefined;
  const versionBy = (rules: Rules = []) =>
    versionByRules(rules.filter(names(attributes.name)), matchPolicy, attributes, equivalents);
  if (versionBy(resources.excludeResourceRules)) return undefined;
  return resourceRules.length === 0 ? attributes.kind : versionBy(resourceRules);
}

const names =
  (name: string) =>
  ({ resourceNames = [] }: NonNullable<Rules>[number]): boolean =>
    resourceNames.length === 0 || resourceNames.includes(name);
