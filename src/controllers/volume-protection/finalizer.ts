// Setting and removing a protecting finalizer. What others write meanwhile is kept: the update fails then, and the key is tried again.
import type { KubeObject } from '../../api/meta/v1/resource.ts';

export function withFinalizer(
  metadata: Readonly<KubeObject['metadata']>,
  finalizer: string,
  isWanted: boolean,
): KubeObject['metadata'] {
  const others = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
  return { ...metadata, finalizers: isWanted ? [...others, finalizer] : others };
}
