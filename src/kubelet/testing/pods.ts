// Pods for tests.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';

type Spec = NonNullable<Pod['spec']>;
type ContainerSpec = Spec['containers'][number];

/** A container that runs for ever. */
export const container = (name: string, extra: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name,
  image: 'busybox:1',
  command: ['serve'],
  ...extra,
});

export const podOf = (name: string, spec: Partial<Spec> = {}, metadata: Pod['metadata'] = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { nodeName: 'node1', containers: [container('main')], ...spec },
});
