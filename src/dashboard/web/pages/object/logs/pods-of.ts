// The pods whose logs belong to an object: the pod itself, or those that a workload's selector means.
import { computed, type ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { collectionPath } from '../../../api/kind.ts';
import { useLive } from '../../../api/live.ts';
import type { KubeObject } from '../object-shape.ts';
import { selectorText } from '../overview/related.ts';

const PODS = { group: '', version: 'v1', plural: 'pods' };

export function usePods(object: KubeObject, namespace: string): ReadonlySignal<readonly Pod[]> {
  const isPod = object.kind === 'Pod';
  const labelSelector = isPod ? '' : (selectorText(object) ?? '');
  const path = isPod || labelSelector === '' ? undefined : collectionPath(PODS, namespace);
  const { items } = useLive<Pod>(path, { labelSelector });
  // The object of a pod changes often: it is looked at as it is now.
  return useMemo(
    () => computed(() => (isPod ? [object as Pod] : items.value)),
    [items, isPod ? object : undefined],
  );
}
