// User impersonation: the Impersonate-User, -Group, -Uid and -Extra headers. The authenticated user needs the verb impersonate
// for each value. Called by the request pipeline. Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters.
import { badRequest } from '../../api/status/status-error.ts';
import { type Attributes, type Authorizer, resourceAttributes } from '../authz/attributes.ts';
import { refusal } from '../authz/authorizer.ts';
import { type Headers, header, type User } from '../request.ts';

const EXTRA = 'impersonate-extra-';

/** The impersonated user, by whose rights the request is authorized; `user` itself without impersonation headers. */
export function impersonated(headers: Headers, user: User, authorizer: Authorizer): User {
  const name = header(headers, 'impersonate-user');
  const groups = values(headers['impersonate-group']);
  const uid = header(headers, 'impersonate-uid');
  const extra = extraOf(headers);
  if (!name) {
    if (groups.length > 0 || uid || Object.keys(extra).length > 0)
      throw badRequest('requested impersonation without impersonating a user');
    return user;
  }
  for (const attributes of requiredRights(name, groups, uid, extra)) {
    const decision = authorizer.authorize(user, attributes);
    if (!decision.allowed) throw refusal(user, attributes, decision.reason);
  }
  return {
    name,
    groups: groupsOf(name, groups),
    ...(uid && { uid }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

function values(value: Headers[string]): string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [...value];
}

function extraOf(headers: Headers): Record<string, string[]> {
  const extra: Record<string, string[]> = {};
  for (const name in headers)
    if (name.startsWith(EXTRA)) extra[decodeURIComponent(name.slice(EXTRA.length))] = values(headers[name]);
  return extra;
}

function requiredRights(
  name: string,
  groups: readonly string[],
  uid: string | undefined,
  extra: Readonly<Record<string, readonly string[]>>,
): Attributes[] {
  const right = (given: Partial<Attributes>) => resourceAttributes({ verb: 'impersonate', ...given });
  const [, , namespace, account] = /^(system:serviceaccount):([^:]+):([^:]+)$/.exec(name) ?? [];
  const authentication = 'authentication.k8s.io';
  return [
    namespace && account
      ? right({ resource: 'serviceaccounts', namespace, name: account })
      : right({ resource: 'users', name }),
    ...groups.map((group) => right({ resource: 'groups', name: group })),
    ...(uid ? [right({ group: authentication, resource: 'uids', name: uid })] : []),
    ...Object.entries(extra).flatMap(([key, list]) =>
      list.map((value) =>
        right({ group: authentication, resource: 'userextras', subresource: key, name: value }),
      ),
    ),
  ];
}

function groupsOf(name: string, groups: readonly string[]): string[] {
  const all = [...groups];
  const [, namespace] = /^system:serviceaccount:([^:]+):/.exec(name) ?? [];
  if (groups.length === 0 && namespace)
    all.push('system:serviceaccounts', `system:serviceaccounts:${namespace}`);
  const status = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  if (!all.includes(status)) all.push(status);
  return all;
}
