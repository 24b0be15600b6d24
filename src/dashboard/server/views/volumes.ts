// Which pods use which claims, for those who may list pods; and how full the volumes are, as far as the user may ask the kubelets.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../../api/pods/phase.ts';
import { claimNameOf } from '../../../api/volumes/binding.ts';
import { listAll, type Reader } from './reader.ts';

export interface VolumeUse {
  /** Bytes. */
  readonly used: number;
  readonly capacity: number;
}

export interface ClaimUser {
  readonly pod: string;
  /** Empty while it has none. */
  readonly node: string;
}

export interface ClaimUsers {
  /** By `namespace/claim`. */
  readonly users: Readonly<Record<string, readonly ClaimUser[]>>;
  readonly use: Readonly<Record<string, VolumeUse>>;
  /** Not all pods were looked at. */
  readonly more: boolean;
}

const MOST_PODS = 20_000;
/** Kubelets that are asked, and how many of them at a time. */
const MOST_NODES = 40;
const AT_ONCE = 4;

interface Using extends ClaimUser {
  readonly claim: string;
}

export async function volumesOf(read: Reader, namespace: string): Promise<ClaimUsers> {
  const path = namespace ? `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods` : '/api/v1/pods';
  const { items, more } = await listAll<Pod, Using>(read, path, {}, MOST_PODS, usesOf);
  const users: Record<string, ClaimUser[]> = Object.create(null);
  for (const { claim, pod, node } of items) {
    users[claim] ??= [];
    users[claim].push({ pod, node });
  }
  const nodes = [...new Set(items.map(({ node }) => node).filter(Boolean))].slice(0, MOST_NODES);
  const use: Record<string, VolumeUse> = Object.create(null);
  for (let i = 0; i < nodes.length; i += AT_ONCE)
    for (const found of await Promise.all(nodes.slice(i, i + AT_ONCE).map((node) => fillOf(read, node))))
      for (const [claim, of] of found) if (users[claim]) use[claim] = of;
  return { users, use, more };
}

const usesOf = (pod: Readonly<Pod>): Using[] =>
  isPodTerminal(pod)
    ? []
    : (pod.spec?.volumes ?? []).flatMap((volume) => {
        const name = claimNameOf(pod, volume);
        if (!name) return [];
        return [{ claim: `${namespaceOf(pod)}/${name}`, pod: nameOf(pod), node: pod.spec?.nodeName ?? '' }];
      });

interface Summary {
  readonly pods?: readonly {
    readonly volume?: readonly {
      readonly pvcRef?: { readonly namespace: string; readonly name: string };
      readonly usedBytes?: number;
      readonly capacityBytes?: number;
    }[];
  }[];
}

/** Nothing of a kubelet that may not be asked, or does not answer. */
async function fillOf(read: Reader, node: string): Promise<[claim: string, use: VolumeUse][]> {
  try {
    const { status, body } = await read(`/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`);
    if (status !== 200) return [];
    const { pods = [] } = JSON.parse(body.toString()) as Summary;
    return pods.flatMap(({ volume = [] }) =>
      volume.flatMap(({ pvcRef, usedBytes, capacityBytes }): [string, VolumeUse][] =>
        pvcRef && usedBytes !== undefined && capacityBytes
          ? [[`${pvcRef.namespace}/${pvcRef.name}`, { used: usedBytes, capacity: capacityBytes }]]
          : [],
      ),
    );
  } catch {
    return [];
  }
}
