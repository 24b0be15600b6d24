// The union of the server's authorizers, and the 403 for a request that none of them allows. Members of system:masters are
// allowed everything, whatever is stored. Made by assemble.ts.
import { failure, internalError, type StatusError } from '../../api/status/status-error.ts';
import type { Eventual } from '../registry/eventual.ts';
import type { User } from '../request.ts';
import {
  ALLOWED,
  type Attributes,
  type Authorizer,
  type Decision,
  NO_OPINION,
  type UserRules,
} from './attributes.ts';

export const MASTERS = 'system:masters';

/** Asks one after another, until one allows or denies. */
export class Union implements Authorizer {
  readonly #authorizers: readonly Authorizer[];

  constructor(authorizers: readonly Authorizer[]) {
    this.#authorizers = authorizers;
  }

  authorize(user: User, attributes: Attributes): Eventual<Decision> {
    if (user.groups.includes(MASTERS)) return ALLOWED;
    return this.#from(0, NO_OPINION, user, attributes);
  }

  userRules(user: User, namespace: string): UserRules {
    const found = this.#authorizers.flatMap((one) => one.userRules?.(user, namespace) ?? []);
    const error = aggregate(found.flatMap((one) => one.error ?? []));
    return { rules: found.flatMap(({ rules }) => rules), ...(error && { error }) };
  }

  #from(first: number, before: Decision, user: User, attributes: Attributes): Eventual<Decision> {
    let so = before;
    for (let i = first; i < this.#authorizers.length; i++) {
      const decision = this.#authorizers[i]!.authorize(user, attributes);
      if (decision instanceof Promise)
        return decision.then((later) =>
          isFinal(later) ? later : this.#from(i + 1, both(so, later), user, attributes),
        );
      if (isFinal(decision)) return decision;
      so = both(so, decision);
    }
    return so;
  }
}

const isFinal = ({ allowed, denied }: Decision): boolean => allowed || denied === true;

function both(one: Decision, other: Decision): Decision {
  if (!other.reason && !other.error) return one;
  if (!one.reason && !one.error) return other;
  const reason = [one.reason, other.reason].filter(Boolean).join('\n');
  const error = aggregate([one.error, other.error].filter((text) => text !== undefined));
  return { allowed: false, reason, ...(error && { error }) };
}

/** As upstream joins errors; undefined without any. */
function aggregate(errors: readonly string[]): string | undefined {
  const distinct = [...new Set(errors)];
  return distinct.length > 1 ? `[${distinct.join(', ')}]` : distinct[0];
}

const quoted = (text: string): string => JSON.stringify(text);

/** Escaped as upstream: names come from callers, and some clients show messages as HTML. */
const sanitized = (text: string): string =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;' })[char] ?? '&gt;');

/** The error for a request that was not allowed: a 500 if an authorizer failed, as upstream (endpoints/filters/authorization.go). */
export function notAllowed(user: User, attributes: Attributes, { reason, error }: Decision): StatusError {
  return error === undefined ? refusal(user, attributes, reason) : internalError(error);
}

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
