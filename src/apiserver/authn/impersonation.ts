// User impersonation: the Impersonate-User, -Group, -Uid and -Extra headers. The authenticated user needs the verb impersonate
// for each value. Called by the request pipeline. Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters.
import { badRequest } from '../../api/status/status-error.ts';
import { type Attributes, type Authorizer, type Decision, resourceAttributes } from '../authz/attributes.ts';
import { notAllowed } from '../authz/authorizer.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import { type Headers, header, type User } from '../request.ts';
import { unescapedKey } from './header-keys.ts';

const EXTRA = 'impersonate-extra-';

/** The impersonated user, by whose rights the request is authorized; `user` itself without impersonation headers. */
export function impersonated(headers: Headers, user: User, authorizer: Authorizer): Eventual<User> {
  const name = header(headers, 'impersonate-user');
  const groups = values(headers['impersonate-group']);
  const uid = header(headers, 'impersonate-uid');
  const extra = extraOf(headers);
  if (!name) {
    if (groups.length > 0 || uid || extra !== NO_EXTRA)
      throw badRequest('requested impersonation without impersonating a user');
    return user;
  }
  const other: User = {
    name,
    groups: groupsOf(name, groups),
    ...(uid && { uid }),
    ...(extra !== NO_EXTRA && { extra }),
  };
  return andThen(checkAll(user, requiredRights(name, groups, uid, extra), authorizer), () => other);
}

function checkAll(user: User, rights: readonly Attributes[], authorizer: Authorizer): Eventual<void> {
  for (const [i, attributes] of rights.entries()) {
    const check = (decision: Decision) => {
      if (!decision.allowed) throw notAllowed(user, attributes, decision);
    };
    const decision = authorizer.authorize(user, attributes);
    if (decision instanceof Promise)
      return decision.then(check).then(() => checkAll(user, rights.slice(i + 1), authorizer));
    check(decision);
  }
}

function values(value: Headers[string]): string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : [...value];
}

type Extra = Readonly<Record<string, string[]>>;
const NO_EXTRA: Extra = {};

function extraOf(headers: Headers): Extra {
  let extra: Record<string, string[]> | undefined;
  for (const name in headers)
    if (name.startsWith(EXTRA)) {
      extra ??= Object.create(null) as Record<string, string[]>;
      extra[unescapedKey(name.slice(EXTRA.length))] = values(headers[name]);
    }
  return extra ? { ...extra } : NO_EXTRA;
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
