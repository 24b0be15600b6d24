// The pods of a selector, the one to take first; waits for the first if there is none. Called by logs, exec, attach and port-forward.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Clock } from '../../kit/clock.ts';
import { readJsonLines } from '../../kit/http1/json-lines.ts';
import type { Session } from '../session/session.ts';

export interface PodSearch {
  readonly session: Session;
  readonly namespace: string;
  /** A label selector as text. */
  readonly selector: string;
  readonly timeoutMs: number;
  readonly order: (a: Readonly<Pod>, b: Readonly<Pod>) => number;
  readonly clock: Pick<Clock, 'after'>;
  readonly signal: AbortSignal;
}

interface PodList {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly items?: Pod[];
}

export const podsPath = (namespace: string): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;

export const podPath = (namespace: string, name: string, subresource = ''): string =>
  `${podsPath(namespace)}/${encodeURIComponent(name)}${subresource && `/${subresource}`}`;

/** In order; never empty. */
export async function podsOf(search: PodSearch): Promise<[Pod, ...Pod[]]> {
  const { session, namespace, selector, order } = search;
  const list = await session.json<PodList>({
    path: podsPath(namespace),
    query: { labelSelector: selector },
    signal: search.signal,
  });
  const [first, ...others] = (list.items ?? []).sort(order);
  return first ? [first, ...others] : [await nextPod(search, list.metadata?.resourceVersion ?? '')];
}

/** The first pod that is added or changes. */
async function nextPod(search: PodSearch, resourceVersion: string): Promise<Pod> {
  const { session, namespace, selector, clock, timeoutMs, signal } = search;
  const late = new AbortController();
  const timer = clock.after(timeoutMs, () => late.abort());
  try {
    const stream = await session.stream(
      {
        path: podsPath(namespace),
        query: { watch: 'true', labelSelector: selector, resourceVersion },
      },
      AbortSignal.any([signal, late.signal]),
    );
    for await (const event of readJsonLines<{ type: string; object: Pod }>(stream))
      if (event.type === 'ADDED' || event.type === 'MODIFIED') return event.object;
  } catch (error) {
    if (!late.signal.aborted) throw error;
  } finally {
    timer.cancel();
    late.abort();
  }
  throw new Error('timed out waiting for the condition');
}
