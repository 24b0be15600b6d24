// An index of pods by node, and the objects that each pod refers to. Read by the node authorizer on every request of a
// kubelet; the references of a pod are collected once per version. Upstream:
// plugin/pkg/auth/authorizer/node/graph.go.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { claimNames, configMapNames, isMirrorPod, secretNames } from '../../api/pods/references.ts';
import { compositeKey } from '../../kit/composite-key.ts';
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import { follow } from './follow.ts';

export const needKey = (resource: string, namespace: string, name: string): string =>
  compositeKey([resource, namespace, name]);

export class PodsByNode {
  readonly #nodes = new Map<string, Map<string, Item<Pod>>>();
  /** By item, which is immutable: a new version of the pod is a new item. */
  readonly #needs = new WeakMap<Item<Pod>, ReadonlySet<string>>();

  constructor(pods: ResourceCache<Pod>) {
    follow(pods, (item, gone) => this.#put(item, gone));
  }

  /** Whether the object is a pod of the node, or a pod of the node refers to it. */
  needs(node: string, key: string): boolean {
    for (const pod of this.#nodes.get(node)?.values() ?? []) if (this.#needsOf(pod).has(key)) return true;
    return false;
  }

  #put(item: Item<Pod>, gone: boolean): void {
    const node = item.fields['spec.nodeName'];
    if (!node) return;
    const pods = this.#nodes.get(node) ?? new Map<string, Item<Pod>>();
    if (gone) pods.delete(`${item.namespace}/${item.name}`);
    else pods.set(`${item.namespace}/${item.name}`, item);
    if (pods.size > 0) this.#nodes.set(node, pods);
    else this.#nodes.delete(node);
  }

  #needsOf(item: Item<Pod>): ReadonlySet<string> {
    let needs = this.#needs.get(item);
    if (!needs) {
      needs = new Set(needsOf(item.object, item.namespace));
      this.#needs.set(item, needs);
    }
    return needs;
  }
}

/** A mirror pod, which the node itself has created, gives it access to nothing else. */
function* needsOf(pod: Pod, namespace: string): Generator<string> {
  const { spec, metadata } = pod;
  const key = (resource: string, name: string) => needKey(resource, namespace, name);
  yield key('pods', metadata.name!);
  if (!spec || isMirrorPod(pod)) return;
  if (spec.serviceAccountName) yield key('serviceaccounts', spec.serviceAccountName);
  for (const name of secretNames(spec)) yield key('secrets', name);
  for (const name of configMapNames(spec)) yield key('configmaps', name);
  for (const name of claimNames(pod)) yield key('persistentvolumeclaims', name);
  for (const name of resourceClaimNames(pod)) yield key('resourceclaims', name);
}

function resourceClaimNames({ spec, status }: Pod): string[] {
  const made = status?.resourceClaimStatuses ?? [];
  const names = (spec?.resourceClaims ?? []).map(
    ({ name, resourceClaimName }) =>
      resourceClaimName ?? made.find((claim) => claim.name === name)?.resourceClaimName,
  );
  return [...names, status?.extendedResourceClaimStatus?.resourceClaimName].filter(
    (name) => name,
  ) as string[];
}
