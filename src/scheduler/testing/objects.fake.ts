// Nodes and pods for tests of the scheduler, valid as they are; a test names only what matters to it.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';

export type PodSpec = NonNullable<Pod['spec']>;
export type Container = PodSpec['containers'][number];
type Labels = Record<string, string>;

/** 2 CPUs, 4 GiB, 110 pods; labelled with its host name. */
export const aNode = (
  name: string,
  labels: Labels = {},
  spec: Node['spec'] = {},
  allocatable: Record<string, string> = {},
): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec,
  status: { allocatable: { cpu: '2', memory: '4Gi', pods: '110', ...allocatable } },
});

export const aContainer = (requests: Record<string, string>, extra: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'i',
  resources: { requests },
  ...extra,
});

let serial = 0;

/** A pod of its own name and uid in namespace `d`. */
export const aPod = (spec: Partial<PodSpec> = {}, labels: Labels = {}): Pod => {
  const uid = `u${serial++}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: uid, namespace: 'd', uid, labels },
    spec: { containers: [aContainer({ cpu: '1m' })], ...spec },
  };
};

export const requesting = (requests: Record<string, string>, labels: Labels = {}): Pod =>
  aPod({ containers: [aContainer(requests)] }, labels);
