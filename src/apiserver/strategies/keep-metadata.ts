// Upstream: ResetObjectMetaForStatus (staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go). The registry itself keeps
// generation and deletionTimestamp.
import type { KubeObject } from '../../api/meta/v1/resource.ts';

/** For writes through /status that change no metadata. */
export function keepMetadata({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const)
    Object.assign(metadata, { [field]: old[field] });
}
