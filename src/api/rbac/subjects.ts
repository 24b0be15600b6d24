// Whom a binding names. Service accounts are users with a reserved name. Pure. Used by the RBAC authorizer and by the dashboard.
import type { Subject } from '../kinds/rbac/v1/policy.ts';

export const accountUser = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`;

/** The user or group that the subject of a binding in namespace `within` is. */
export function bearerOf(
  { kind, name, namespace }: Subject,
  within: string,
): { readonly kind: string; readonly name: string } {
  if (kind !== 'ServiceAccount') return { kind, name };
  return { kind: 'User', name: accountUser(namespace || within, name) };
}
