// What somebody wants to do, as authorizers judge it; and what they answer.
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';

export type Attributes = Pick<
  RequestInfo,
  'isResource' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name' | 'path'
>;

export interface Decision {
  readonly allowed: boolean;
  /** Why not, when there is something to say. */
  readonly reason: string;
}

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
