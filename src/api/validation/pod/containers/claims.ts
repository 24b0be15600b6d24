// Validates the resource claims of a pod, and which of them its containers use.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts and resources.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { PodResourceClaim } from '../../../kinds/core/v1/pod-spec.ts';
import type { ResourceClaim } from '../../../kinds/core/v1/resources.ts';
import {
  checkItems,
  complaints,
  duplicate,
  type FieldError,
  invalid,
  notFound,
  required,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../names.ts';

export function validatePodClaims(
  claims: readonly PodResourceClaim[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  checkItems(errors, claims, (claim, i) => {
    const at = `${path}[${i}]`;
    const { name } = claim;
    if (!name) errors.push(required(`${at}.name`));
    else if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    else addAll(errors, complaints(`${at}.name`, name, isDNS1123Label(name)));
    if (name) names.add(name);
    addAll(errors, sourceErrors(claim, at));
  });
  return errors;
}

function sourceErrors(claim: PodResourceClaim, path: string): FieldError[] {
  const { name = '', resourceClaimName: own, resourceClaimTemplateName: template } = claim;
  const errors: FieldError[] = [];
  // As upstream shows it, whose internal types have no JSON names.
  const shown = {
    Name: name,
    ResourceClaimName: own ?? null,
    ResourceClaimTemplateName: template ?? null,
  };
  if (own !== undefined && template !== undefined)
    errors.push(
      invalid(
        path,
        shown,
        'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
      ),
    );
  if (own === undefined && template === undefined)
    errors.push(
      invalid(path, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'),
    );
  for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
    const value = claim[field];
    if (value !== undefined) addAll(errors, complaints(`${path}.${field}`, value, isDNS1123Subdomain(value)));
  }
  return errors;
}

/** The claims that containers may use. */
export interface ClaimNames {
  readonly names: ReadonlySet<string>;
  /** What is said about another name: written once, because a pod may have thousands of either. */
  readonly unknown: string;
}

export function claimNamesOf(claims: readonly PodResourceClaim[] | undefined): ClaimNames {
  const names = new Set((claims ?? []).flatMap(({ name }) => (name ? [name] : [])));
  const which = names.size === 0 ? ' which is empty' : `: ${[...names].sort().join(', ')}`;
  return { names, unknown: `must be one of the names in pod.spec.resourceClaims${which}` };
}

/** A claim is used as a whole, or by the names of requests in it. */
export function validateUsedClaims(
  claims: readonly ResourceClaim[] | undefined,
  podClaims: ClaimNames,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const used = new Set<string>();
  const partly = new Map<string, number>();
  checkItems(errors, claims, ({ name, request }, i) => {
    const at = `${path}[${i}]`;
    if (!name) {
      errors.push(required(at));
      return;
    }
    if (used.has(name)) errors.push(duplicate(at, name));
    else if (request) {
      addAll(errors, complaints(`${at}.request`, request, isDNS1123Label(request)));
      const key = `${name}/${request}`;
      if (used.has(key)) errors.push(duplicate(at, key));
      else partly.set(name, (partly.get(name) ?? 0) + 1);
      used.add(key);
    } else {
      for (let n = partly.get(name) ?? 0; n > 0; n--) errors.push(duplicate(at, name));
      used.add(name);
    }
    if (!podClaims.names.has(name)) errors.push(notFound(at, name, podClaims.unknown));
  });
  return errors;
}
