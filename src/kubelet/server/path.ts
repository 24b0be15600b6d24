// Parses the kubelet's paths that name a pod. Pure.

export interface PodTarget {
  namespace: string;
  pod: string;
  /** '' for portForward. */
  container: string;
}

export interface StreamTarget extends PodTarget {
  kind: 'exec' | 'attach' | 'portForward';
}

/** Segments after /<word>/: namespace, pod, [uid,] and, unless for portForward, the container. */
export function podTarget(path: string, word: string): PodTarget | undefined {
  const [empty, first, namespace, pod, ...rest] = path.split('/').map(decode);
  if (empty !== '' || first !== word || !namespace || !pod) return undefined;
  if (word === 'portForward') return rest.length <= 1 ? { namespace, pod, container: '' } : undefined;
  const container = rest.at(-1);
  return container && rest.length <= 2 ? { namespace, pod, container } : undefined;
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
