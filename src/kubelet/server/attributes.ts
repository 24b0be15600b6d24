// A request to the kubelet as an authorizer sees it: a verb on subresources of this node. One allowed attribute is enough
// (fine-grained names first, `proxy` last), as in upstream's kubelet. Pure.
import { own } from '../../kit/own.ts';

export interface KubeletAttributes {
  user: KubeletUser;
  verb: string;
  /** Always nodes in the core group, named `name`. */
  resource: 'nodes';
  subresource: string;
  name: string;
  path: string;
}

export interface KubeletUser {
  name: string;
  uid?: string;
  groups: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

const under = (path: string, root: string) => path === root || path.startsWith(`${root}/`);

export function subresourcesOf(path: string): readonly string[] {
  if (under(path, '/stats')) return ['stats'];
  if (under(path, '/metrics')) return ['metrics'];
  if (under(path, '/logs')) return ['log'];
  if (under(path, '/checkpoint')) return ['checkpoint'];
  if (path === '/statusz') return ['statusz'];
  if (path === '/flagz') return ['configz'];
  if (under(path, '/pods') || under(path, '/runningpods')) return ['pods', 'proxy'];
  if (under(path, '/healthz')) return ['healthz', 'proxy'];
  if (under(path, '/configz')) return ['configz', 'proxy'];
  return ['proxy'];
}

export function attributesOf(
  user: KubeletUser,
  method: string,
  path: string,
  nodeName: string,
): KubeletAttributes[] {
  const verb = own(VERBS, method) ?? '';
  return subresourcesOf(path).map((subresource) => ({
    user,
    verb,
    resource: 'nodes',
    subresource,
    name: nodeName,
    path,
  }));
}

/** The body of a 403. */
export function forbiddenText(attributes: readonly KubeletAttributes[]): string {
  const [first] = attributes;
  const names = attributes.map((a) => a.subresource).join(' ');
  return `Forbidden (user=${first?.user.name}, verb=${first?.verb}, resource=nodes, subresource(s)=[${names}])\n`;
}
