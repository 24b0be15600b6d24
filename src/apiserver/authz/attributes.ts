// The interface of authorizers: the attributes of a request, and the decision. Called by the request pipeline, by the registry
// (an update that creates) and by admission. Upstream: staging/src/k8s.io/apiserver/pkg/authorization/authorizer.
import { parseFieldSelector } from '../../api/selectors/field-selector.ts';
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

export interface Attributes
  extends Pick<
    RequestInfo,
    'isResource' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name' | 'path'
  > {
  /** The value that a field selector of a list, watch or deletecollection requires for spec.nodeName. */
  readonly ofNode?: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** What allowed or refused the request; may be empty. Users see it in a refusal. */
  readonly reason: string;
}

/** Allows or has no opinion, but never denies: the order of authorizers does not matter for the decision. Synchronous, since
 *  it is on the path of every request. */
export interface Authorizer {
  authorize(user: User, attributes: Attributes): Decision;
}

export const ALLOWED: Decision = { allowed: true, reason: '' };
export const NO_OPINION: Decision = { allowed: false, reason: '' };

/** Attributes of a resource request; fields that are not given are empty. */
export const resourceAttributes = (given: Partial<Attributes>): Attributes => ({
  isResource: true,
  verb: '',
  group: '',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
  path: '',
  ...given,
});

/** The attributes of a request. As upstream, a Namespace object is in its own namespace, and a list or watch with a field
 *  selector for one metadata.name is authorized for this name. */
export function attributesOf(info: RequestInfo, query: URLSearchParams): Attributes {
  if (info.resource === 'namespaces' && info.group === '' && info.name !== '')
    return { ...info, namespace: info.name };
  if (!info.isResource || info.name !== '' || info.verb === 'create') return info;
  const fieldSelector = query.get('fieldSelector');
  return fieldSelector ? { ...info, ...selectedBy(fieldSelector) } : info;
}

function selectedBy(fieldSelector: string): Partial<Attributes> {
  try {
    const selector = parseFieldSelector(fieldSelector);
    const ofNode = selector.exact('spec.nodeName');
    return { name: selector.exact('metadata.name') ?? '', ...(ofNode !== undefined && { ofNode }) };
  } catch {
    // The handler refuses the invalid selector with a 400.
    return {};
  }
}
