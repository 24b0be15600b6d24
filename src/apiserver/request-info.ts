// Parses method and path into verb, group, version, resource, subresource, namespace and name, without a check whether the
// resource exists. Authorization, dispatch and metrics use the same result, so that they cannot disagree about a path.
// Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go.
import { own } from '../kit/own.ts';

export interface RequestInfo {
  readonly isResource: boolean;
  readonly path: string;
  /** The API verb of a resource request, the lower-case method of any other. */
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** The path after the subresource, for proxy. */
  readonly rest: string;
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Subresources of namespaces; any other segment after the name is a resource in the namespace. */
const OF_NAMESPACE = new Set(['status', 'finalize']);

/** One more than those that have a meaning of their own: what follows is `rest`, which is not split. */
const MOST_SEGMENTS = 12;

export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  const parts = trimmed.split('/', MOST_SEGMENTS);
  const core = parts[1] === 'api';
  const resourceAt = core ? 3 : 4;
  if ((!core && parts[1] !== 'apis') || parts.length <= resourceAt) return nonResource(method, path);
  const group = core ? '' : decode(parts[2]!);
  const version = decode(parts[resourceAt - 1]!);
  let at = resourceAt;
  // The deprecated form /api/v1/watch/…, which upstream still serves.
  const legacyWatch = parts[at] === 'watch';
  if (legacyWatch) at++;
  let namespace = '';
  if (parts[at] === 'namespaces' && parts.length > at + 1) {
    namespace = decode(parts[at + 1]!);
    if (parts.length > at + 2 && !OF_NAMESPACE.has(parts[at + 2]!)) at += 2;
  }
  const resource = decode(parts[at] ?? '');
  const name = decode(parts[at + 1] ?? '');
  const subresource = decode(parts[at + 2] ?? '');
  const rest = parts.length > at + 3 ? path.slice(parts.slice(0, at + 3).join('/').length) : '';
  return {
    isResource: true,
    path,
    verb: verbOf(method, name, legacyWatch, query),
    group,
    version,
    namespace: resource === 'namespaces' ? '' : namespace,
    resource,
    subresource,
    name,
    rest: rest || (subresource === 'proxy' && path.endsWith('/') ? '/' : ''),
  };
}

function verbOf(method: string, name: string, legacyWatch: boolean, query: URLSearchParams): string {
  const verb = own(VERBS, method) ?? '';
  if (legacyWatch && verb === 'get') return 'watch';
  if (name) return verb;
  if (verb === 'get') return isTrue(query.get('watch')) ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

const LONG_RUNNING = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

/** Requests without a deadline, which hold no seats either, except watches while they start. Upstream: LongRunningFunc in
 *  pkg/controlplane/apiserver/config.go. */
export const isLongRunning = ({ isResource, verb, subresource }: RequestInfo): boolean =>
  verb === 'watch' || (isResource && LONG_RUNNING.has(subresource));

const UPGRADING = new Set(['exec', 'attach', 'portforward', 'proxy']);

/** Whether requests may change to `protocol`, if this server answers them. */
export function mayUpgrade({ isResource, subresource }: RequestInfo, protocol = ''): boolean {
  if (!isResource) return false;
  return UPGRADING.has(subresource) || (subresource === 'log' && protocol.toLowerCase() === 'websocket');
}

export const isTrue = (text: string | null): boolean =>
  text !== null && text !== '0' && text.toLowerCase() !== 'false';

const nonResource = (method: string, path: string): RequestInfo => ({
  isResource: false,
  path,
  verb: method.toLowerCase(),
  group: '',
  version: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
  rest: '',
});

/** A segment with an invalid escape is kept as it is: the lookup of the resource then fails with a 404. */
function decode(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
