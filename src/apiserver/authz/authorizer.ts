// The union of the server's authorizers, and the 403 for a request that none of them allows. Members of system:masters are
// allowed everything, whatever is stored. Made by assemble.ts.
import { failure, type StatusError } from '../../api/status/status-error.ts';
import type { User } from '../request.ts';
import { ALLOWED, type Attributes, type Authorizer, type Decision } from './attributes.ts';

export const MASTERS = 'system:masters';

export class Union implements Authorizer {
  readonly #authorizers: readonly Authorizer[];

  constructor(authorizers: readonly Authorizer[]) {
    this.#authorizers = authorizers;
  }

  authorize(user: User, attributes: Attributes): Decision {
    if (user.groups.includes(MASTERS)) return ALLOWED;
    let reason = '';
    for (const authorizer of this.#authorizers) {
      const decision = authorizer.authorize(user, attributes);
      if (decision.allowed) return decision;
      if (decision.reason) reason = reason ? `${reason}\n${decision.reason}` : decision.reason;
    }
    return { allowed: false, reason };
  }
}

const quoted = (text: string): string => JSON.stringify(text);

/** Escaped as upstream: names come from callers, and some clients show messages as HTML. */
const sanitized = (text: string): string =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;' })[char] ?? '&gt;');

/** The 403 for a request that no authorizer allows. Upstream: endpoints/handlers/responsewriters/errors.go. */
export function refusal(user: User, attributes: Attributes, reason: string): StatusError {
  const { group, resource, name, isResource } = attributes;
  const why = `${sanitized(cannot(user, attributes))}${reason ? `: ${reason}` : ''}`;
  if (!isResource || !resource) return failure(403, 'Forbidden', `forbidden: ${why}`, {});
  const qualified = group ? `${resource}.${group}` : resource;
  const about = name ? `${qualified} ${quoted(name)}` : qualified;
  const details = { ...(name && { name }), ...(group && { group }), kind: resource };
  return failure(403, 'Forbidden', `${about} is forbidden: ${why}`, details);
}

function cannot({ name: user }: User, attributes: Attributes): string {
  const { isResource, verb, path, group, resource, subresource, namespace } = attributes;
  if (!isResource) return `User ${quoted(user)} cannot ${verb} path ${quoted(path)}`;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const place = namespace ? `in the namespace ${quoted(namespace)}` : 'at the cluster scope';
  return `User ${quoted(user)} cannot ${verb} resource ${quoted(full)} in API group ${quoted(group)} ${place}`;
}
