// What `tiphys why` is asked about: pod/NAME, NAME alone for a pod, or a workload in kubectl's words. Pure.
import type { WorkloadKind } from './workloads.ts';

export interface Target {
  readonly kind: 'Pod' | WorkloadKind;
  readonly name: string;
}

const WORDS: Readonly<Record<string, Target['kind']>> = {
  ...{ pod: 'Pod', pods: 'Pod', po: 'Pod' },
  ...{ deployment: 'Deployment', deployments: 'Deployment', deploy: 'Deployment' },
  ...{ replicaset: 'ReplicaSet', replicasets: 'ReplicaSet', rs: 'ReplicaSet' },
  ...{ statefulset: 'StatefulSet', statefulsets: 'StatefulSet', sts: 'StatefulSet' },
  ...{ daemonset: 'DaemonSet', daemonsets: 'DaemonSet', ds: 'DaemonSet' },
  ...{ job: 'Job', jobs: 'Job' },
};

/** Undefined for words that name nothing that has pods. */
export function targetOf(text: string): Target | undefined {
  const [word = '', name, more] = text.split('/');
  if (more !== undefined || word === '' || name === '') return undefined;
  if (name === undefined) return { kind: 'Pod', name: word };
  const kind = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined;
  return kind && { kind, name };
}
