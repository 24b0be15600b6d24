// What `tiphys why` is asked about: pod/NAME, NAME alone for a pod, a workload, a claim or a volume, in kubectl's words. Pure.
import type { WorkloadKind } from './workloads.ts';

export interface PodTarget {
  readonly kind: 'Pod' | WorkloadKind;
  readonly name: string;
}

export interface StorageTarget {
  readonly kind: 'PersistentVolumeClaim' | 'PersistentVolume';
  readonly name: string;
}

export type Target = PodTarget | StorageTarget;

export const isStorage = (target: Target): target is StorageTarget =>
  target.kind === 'PersistentVolumeClaim' || target.kind === 'PersistentVolume';

const WORDS: Readonly<Record<string, Target['kind']>> = {
  ...{ pod: 'Pod', pods: 'Pod', po: 'Pod' },
  ...{ deployment: 'Deployment', deployments: 'Deployment', deploy: 'Deployment' },
  ...{ replicaset: 'ReplicaSet', replicasets: 'ReplicaSet', rs: 'ReplicaSet' },
  ...{ statefulset: 'StatefulSet', statefulsets: 'StatefulSet', sts: 'StatefulSet' },
  ...{ daemonset: 'DaemonSet', daemonsets: 'DaemonSet', ds: 'DaemonSet' },
  ...{ job: 'Job', jobs: 'Job' },
  ...{ persistentvolumeclaim: 'PersistentVolumeClaim', persistentvolumeclaims: 'PersistentVolumeClaim' },
  ...{ pvc: 'PersistentVolumeClaim' },
  ...{ persistentvolume: 'PersistentVolume', persistentvolumes: 'PersistentVolume', pv: 'PersistentVolume' },
};

/** Undefined for other words. */
export function targetOf(text: string): Target | undefined {
  const [word = '', name, more] = text.split('/');
  if (more !== undefined || word === '' || name === '') return undefined;
  if (name === undefined) return { kind: 'Pod', name: word };
  const kind = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined;
  return kind && ({ kind, name } as Target);
}
