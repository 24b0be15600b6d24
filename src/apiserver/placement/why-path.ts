// GET /why/v1/namespaces/NAMESPACE/pods/NAME: why the pod has no node, as the scheduler of this process sees it. For those who may
// get the pod; nodes are shown to those who may list nodes, other pods to those who may list the pods of their namespaces.
// Everybody who is authenticated may use the path (the ClusterRole tiphys:why): what counts is asked here.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { methodNotAllowed, notFound, serviceUnavailable } from '../../api/status/status-error.ts';
import { type Attributes, type Authorizer, resourceAttributes } from '../authz/attributes.ts';
import { notAllowed } from '../authz/authorizer.ts';
import { jsonAnswer } from '../handlers/answers/answers.ts';
import { targetOf } from '../registry/resource.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import type { Answer, ApiRequest, User } from '../request.ts';
import type { PlacementSource } from './placement-source.ts';
import { namespacesIn, redacted } from './redact.ts';

export interface WhyOptions {
  readonly pods: StoredResource<Pod>;
  readonly authorizer: Authorizer;
  /** Undefined while no scheduler runs in this process. */
  readonly source: () => PlacementSource | undefined;
}

const PATH = /^\/why\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)$/;
/** Pods of further namespaces are not named. */
const MOST_NAMESPACES = 50;

/** Undefined for other paths. */
export function whyPath(
  options: WhyOptions,
): (request: ApiRequest, user: User) => Promise<Answer> | undefined {
  return (request, user) => {
    const [, namespace, name] = PATH.exec(request.path) ?? [];
    if (!namespace || !name) return undefined;
    if (request.method !== 'GET') throw methodNotAllowed({ resource: '' }, request.method.toLowerCase());
    return answer(options, user, namespace, name, request.signal);
  };
}

async function answer(
  { pods, authorizer, source }: WhyOptions,
  user: User,
  namespace: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const reading = resourceAttributes({ verb: 'get', version: 'v1', resource: 'pods', namespace, name });
  const decision = await authorizer.authorize(user, reading);
  if (!decision.allowed) throw notAllowed(user, reading, decision);
  if (!pods.cache.get(namespace, name)) throw notFound(targetOf(pods), name);
  const scheduler = source();
  if (!scheduler) throw serviceUnavailable('no scheduler runs in the process of this API server');
  const may = async (given: Partial<Attributes>) =>
    (await authorizer.authorize(user, resourceAttributes({ verb: 'list', version: 'v1', ...given }))).allowed;
  const nodes = await may({ resource: 'nodes' });
  const placement = await scheduler.of(namespace, name, signal);
  const readable = new Set<string>();
  const everywhere = await may({ resource: 'pods' });
  for (const one of everywhere ? [] : [...namespacesIn(placement)].slice(0, MOST_NAMESPACES))
    if (await may({ resource: 'pods', namespace: one })) readable.add(one);
  const podsOf = (one: string) => everywhere || readable.has(one);
  return jsonAnswer(200, redacted(placement, { nodes, podsOf }));
}
