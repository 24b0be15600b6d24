// What somebody wants to do, as authorizers judge it; and what they answer.
import { parseFieldSelector } from '../../api/selectors/field-selector.ts';
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

export interface Attributes
  extends Pick<
    RequestInfo,
    'isResource' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name' | 'path'
  > {
  /** The node whose objects a list, watch or deletion of many is limited to, by a field selector on spec.nodeName. */
  readonly ofNode?: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** What allowed it; or why not, when there is something to say. */
  readonly reason: string;
}

/** Says yes or has no opinion; nobody can forbid what another allows. Synchronous: it stands in every request's way. */
export interface Authorizer {
  authorize(user: User, attributes: Attributes): Decision;
}

export const ALLOWED: Decision = { allowed: true, reason: '' };
export const NO_OPINION: Decision = { allowed: false, reason: '' };

/** Attributes of a request for a resource, with what is left out empty. */
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

/** A request as authorizers see it: a namespace lies within itself, and a selector for one name is that name. */
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
    // The handler will refuse it in better words than an authorizer could.
    return {};
  }
}
