// The pods of tests: valid as they are, bound or not, changed by naming what matters to the test.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';

export type PodSpec = NonNullable<Pod['spec']>;
export type Container = PodSpec['containers'][number];
type Metadata = Pod['metadata'];

/** Runs for ever in the simulated runtime. */
export const aContainer = (name = 'main', extra: Partial<Container> = {}): Container => ({
  name,
  image: 'busybox:1',
  ...extra,
});

/** In the namespace `default`, with one container `main`, which mounts all volumes. */
export const aPod = (name: string, spec: Partial<PodSpec> = {}, metadata: Metadata = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', ...metadata },
  spec: { containers: [aContainer('main', mountsOf(spec))], ...spec },
});

const mountsOf = ({ volumes }: Partial<PodSpec>): Partial<Container> =>
  volumes ? { volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `/${name}` })) } : {};

/** Bound to `node1`, the first simulated node, without a scheduler. */
export const aBoundPod = (name: string, spec: Partial<PodSpec> = {}, metadata: Metadata = {}): Pod =>
  aPod(name, { nodeName: 'node1', ...spec }, metadata);

/** For workloads: what `aPod` is, without a name. */
export const aPodTemplate = (labels: Readonly<Record<string, string>>, spec: Partial<PodSpec> = {}) => ({
  metadata: { labels: { ...labels } },
  spec: { containers: [aContainer()], ...spec },
});
