// Parses the kubelet's paths that name a pod. Pure.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { KubeletBackend } from './backend.ts';

export interface PodTarget {
  namespace: string;
  pod: string;
  /** Only the pod with this uid is meant. */
  uid?: string;
  /** '' for portForward. */
  container: string;
}

export interface StreamTarget extends PodTarget {
  kind: 'exec' | 'attach' | 'portForward';
}

/** One more than any path has: a longer one fits none. */
const MOST_SEGMENTS = 8;

/** Segments after /<word>/: namespace, pod, [uid,] and, unless for portForward, the container. */
export function podTarget(path: string, word: string): PodTarget | undefined {
  const [empty, first, namespace, pod, ...rest] = path.split('/', MOST_SEGMENTS).map(decode);
  if (empty !== '' || first !== word || !namespace || !pod) return undefined;
  const container = word === 'portForward' ? '' : rest.pop();
  const [uid, ...more] = rest;
  if (container === undefined || more.length > 0 || (word !== 'portForward' && !container)) return undefined;
  return { namespace, pod, container, ...(uid && { uid }) };
}

/** The pod that is meant; undefined when it is not on this node. */
export function podOf(
  backend: Pick<KubeletBackend, 'pod'>,
  { namespace, pod: name, uid }: PodTarget,
): Readonly<Pod> | undefined {
  const pod = backend.pod(namespace, name);
  return uid && pod?.metadata.uid !== uid ? undefined : pod;
}

export function streamTarget(path: string): StreamTarget | undefined {
  for (const kind of ['exec', 'attach', 'portForward'] as const) {
    const target = podTarget(path, kind);
    if (target) return { ...target, kind };
  }
  return undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Dot segments are resolved here, before anything is decided by the path. What is no path leads to none. */
export function urlOf(target: string): URL {
  const base = 'https://kubelet';
  const path = target.startsWith('/') ? target : '/';
  return URL.canParse(`${base}${path}`) ? new URL(`${base}${path}`) : new URL(base);
}
