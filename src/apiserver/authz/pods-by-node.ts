// An index of pods by node, and the objects that each pod refers to. Read by the node authorizer on every request of a
// kubelet; the references of a pod are collected once per version. Upstream: pkg/api/v1/pod/util.go (VisitPodSecretNames) and
// plugin/pkg/auth/authorizer/node/graph.go.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import type { Item } from '../watch-cache/item.ts';
import type { ResourceCache } from '../watch-cache/resource-cache.ts';
import { follow } from './follow.ts';

/** `resource namespace/name`. */
export const needKey = (resource: string, namespace: string, name: string): string =>
  `${resource} ${namespace}/${name}`;

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

function* needsOf({ spec, status, metadata }: Pod, namespace: string): Generator<string> {
  const key = (resource: string, name: string | undefined) => needKey(resource, namespace, name ?? '');
  yield key('pods', metadata.name);
  yield key('serviceaccounts', spec?.serviceAccountName || 'default');
  for (const { name } of spec?.imagePullSecrets ?? []) yield key('secrets', name);
  const claims = status?.resourceClaimStatuses ?? [];
  for (const { name, resourceClaimName } of spec?.resourceClaims ?? [])
    yield key('resourceclaims', resourceClaimName ?? claims.find((c) => c.name === name)?.resourceClaimName);
  for (const volume of spec?.volumes ?? []) yield* needsOfVolume(volume, metadata.name!, key);
  const containers = [spec?.initContainers, spec?.containers, spec?.ephemeralContainers];
  for (const { env = [], envFrom = [] } of containers.flatMap((list) => list ?? [])) {
    for (const { secretRef, configMapRef } of envFrom) yield* both(secretRef?.name, configMapRef?.name, key);
    for (const { valueFrom } of env)
      yield* both(valueFrom?.secretKeyRef?.name, valueFrom?.configMapKeyRef?.name, key);
  }
}

type Key = (resource: string, name: string | undefined) => string;

function* both(secret: string | undefined, configMap: string | undefined, key: Key): Generator<string> {
  if (secret) yield key('secrets', secret);
  if (configMap) yield key('configmaps', configMap);
}

function* needsOfVolume(volume: Volume, pod: string, key: Key): Generator<string> {
  yield* both(volume.secret?.secretName, volume.configMap?.name, key);
  for (const { secret, configMap } of volume.projected?.sources ?? [])
    yield* both(secret?.name, configMap?.name, key);
  for (const driver of [volume.csi?.nodePublishSecretRef, ...otherDrivers(volume)])
    yield* both(driver?.name, undefined, key);
  if (volume.persistentVolumeClaim)
    yield key('persistentvolumeclaims', volume.persistentVolumeClaim.claimName);
  if (volume.ephemeral) yield key('persistentvolumeclaims', `${pod}-${volume.name}`);
}

const otherDrivers = ({ flexVolume, cephfs, rbd, scaleIO, storageos, iscsi }: Volume) => [
  flexVolume?.secretRef,
  cephfs?.secretRef,
  rbd?.secretRef,
  scaleIO?.secretRef,
  storageos?.secretRef,
  iscsi?.secretRef,
];
