// The interface of authorizers: the attributes of a request, and the decision. Called by the request pipeline, by the registry
// (an update that creates) and by admission. Upstream: staging/src/k8s.io/apiserver/pkg/authorization/authorizer.
import type { PolicyRule } from '../../api/kinds/rbac/v1/policy.ts';
import { type FieldRequirement, parseFieldSelector } from '../../api/selectors/field-selector.ts';
import type { LabelRequirement } from '../../api/selectors/label-requirement.ts';
import { parseLabelSelector } from '../../api/selectors/parse-labels.ts';
import type { Eventual } from '../registry/eventual.ts';
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

/** What selectors limit a request to. Requirements that are not understood are left out: without them a request asks for more,
 *  never for less. */
export interface Selectors {
  readonly fieldSelector?: readonly FieldRequirement[];
  readonly labelSelector?: readonly LabelRequirement[];
}

export interface Attributes
  extends Pick<
      RequestInfo,
      'isResource' | 'verb' | 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name' | 'path'
    >,
    Selectors {}

export interface Decision {
  readonly allowed: boolean;
  /** No later authorizer is asked. Without it, one that does not allow has no opinion. */
  readonly denied?: true;
  /** What allowed or refused the request; may be empty. Users see it in a refusal. */
  readonly reason: string;
  /** Why the authorizer could not decide. */
  readonly error?: string;
}

/** What a user may do in a namespace, as far as an authorizer can list it. */
export interface UserRules {
  readonly rules: readonly PolicyRule[];
  /** Why there may be more. */
  readonly error?: string;
}

/** Allows, denies, or has no opinion. Never rejects. Only authorizers that ask another server return promises: the decision is on
 *  the path of every request. */
export interface Authorizer {
  authorize(user: User, attributes: Attributes): Eventual<Decision>;
  userRules?(user: User, namespace: string): UserRules;
}

/** An authorizer that knows at once. */
export interface LocalAuthorizer extends Authorizer {
  authorize(user: User, attributes: Attributes): Decision;
}

/** Authorizers in place of the usual ones. */
export interface ConfiguredAuthorization {
  /** Called once. */
  authorizer(builtIn: { readonly Node: Authorizer; readonly RBAC: Authorizer }): Authorizer;
  /** In the Prometheus text format. */
  metrics(serverId: string): string;
}

export const ALLOWED: Decision = { allowed: true, reason: '' };
export const NO_OPINION: Decision = { allowed: false, reason: '' };

/** Attributes of a resource request; fields that are not given are empty. */
export const resourceAttributes = (given: Partial<Attributes>): Attributes => ({
  isResource: true,
  verb: '',
  group: '',
  version: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  path: '',
  ...given,
});

/** The value that the field selector requires of `field`. */
export const selectedField = ({ fieldSelector }: Attributes, field: string): string | undefined =>
  fieldSelector?.find((one) => one.field === field && one.operator === '=')?.value;

/** The attributes of a request. As upstream, a Namespace object is in its own namespace, and a list or watch with a field
 *  selector for one metadata.name is authorized for this name. */
export function attributesOf(info: RequestInfo, query: URLSearchParams): Attributes {
  if (info.resource === 'namespaces' && info.group === '' && info.name !== '')
    return { ...info, namespace: info.name };
  if (!info.isResource || info.name !== '' || info.verb === 'create') return info;
  const fieldText = query.get('fieldSelector');
  const labelText = query.get('labelSelector');
  if (!fieldText && !labelText) return info;
  const { fieldSelector = [] } = fieldText ? selectedFields(fieldText) : {};
  const name = fieldSelector.find((one) => one.field === 'metadata.name' && one.operator === '=')?.value;
  return {
    ...info,
    name: name ?? '',
    ...(fieldSelector.length > 0 && { fieldSelector }),
    ...(labelText && selectedLabels(labelText)),
  };
}

/** Nothing if the selector is invalid: the handler refuses it with a 400. */
export function selectedFields(text: string): Selectors {
  try {
    const { requirements } = parseFieldSelector(text);
    return requirements.length > 0 ? { fieldSelector: requirements } : {};
  } catch {
    return {};
  }
}

export function selectedLabels(text: string): Selectors {
  try {
    const { requirements } = parseLabelSelector(text);
    return requirements.length > 0 ? { labelSelector: requirements } : {};
  } catch {
    return {};
  }
}
