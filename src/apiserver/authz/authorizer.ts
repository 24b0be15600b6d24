// The server's authorizers in order: members of system:masters, nodes, RBAC. And the refusal in upstream's words.
import { failure, type StatusError } from '../../api/status/status-error.ts';
import type { User } from '../request.ts';
import { ALLOWED, type Attributes, type Authorizer, type Decision } from './attributes.ts';

const MASTERS = 'system:masters';

export class Union implements Authorizer {
  readonly #authorizers: readonly Authorizer[];

  constructor(authorizers: readonly Authorizer[]) {
    this.#authorizers = authorizers;
  }

  authorize(user: User, attributes: Attributes): Decision {
    if (user.groups.includes(MASTERS)) return ALLOWED;
    const reasons: string[] = [];
    for (const authorizer of this.#authorizers) {
      const decision = authorizer.authorize(user, attributes);
      if (decision.allowed) return decision;
      if (decision.reason) reasons.push(decision.reason);
    }
    return { allowed: false, reason: reasons.join(', ') };
  }
}

/** The 403 of a request that nobody allows. */
export function refusal(user: User, attributes: Attributes, reason: string): StatusError {
  const { group, resource, subresource, name } = attributes;
  const suffix = reason ? `: ${reason}` : '';
  if (!attributes.isResource)
    return failure(
      403,
      'Forbidden',
      `forbidden: User ${JSON.stringify(user.name)} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}${suffix}`,
      {},
    );
  const qualified = group ? `${resource}.${group}` : resource;
  const about = name ? `${qualified} ${JSON.stringify(name)}` : qualified;
  const full = subresource ? `${resource}/${subresource}` : resource;
  const place = attributes.namespace
    ? ` in the namespace ${JSON.stringify(attributes.namespace)}`
    : ' at the cluster scope';
  return failure(
    403,
    'Forbidden',
    `${about} is forbidden: User ${JSON.stringify(user.name)} cannot ${attributes.verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)}${place}${suffix}`,
    { ...(name && { name }), ...(group && { group }), kind: resource },
  );
}
