// Puts the room together: the resources of metrics.k8s.io over the samples of all nodes. Called by assemble.ts.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { KubeletAccess } from '../kubelet-access.ts';
import type { ApiServerOptions } from '../options.ts';
import type { Resource } from '../registry/resource.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import { type AllUsage, usageOfAll } from './all-usage.ts';
import { metricsResources } from './metrics-api.ts';
import { readKubelet } from './read-kubelet.ts';
import { Samples } from './samples.ts';

export interface Measures {
  readonly resources: readonly Resource[];
  /** Of all nodes and running pods, whoever asks. */
  usage(): Promise<AllUsage>;
  stop(): void;
}

/** `kubelets` may change while the server runs: its certificate is renewed. */
export function measuresOf(
  options: Pick<ApiServerOptions, 'clock' | 'log' | 'readKubelet'>,
  resources: ResourceTable,
  kubelets: KubeletAccess,
): Measures {
  const { clock, log } = options;
  const [nodes, pods] = [resources.stored(Node), resources.stored(Pod)];
  const read =
    options.readKubelet ?? ((node, signal) => readKubelet({ nodes, kubelets }, clock, node, signal));
  const samples = new Samples({ read, clock, log: log.child('resource-metrics') });
  const sources = { nodes, pods, samples, clock };
  return {
    resources: metricsResources(sources),
    usage: () => usageOfAll(sources),
    stop: () => samples.stop(),
  };
}
