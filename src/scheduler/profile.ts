// The default profile: which plugins run at which extension point, in which order. The only list of plugins.
// As upstream's default plugins, as far as they exist here.
import type { Client } from '../client/client.ts';
import type { NodeLister } from './cache/node-lister.ts';
import type { Profile } from './framework/plugin.ts';
import { balancedAllocation } from './plugins/balanced-allocation.ts';
import { defaultBinder } from './plugins/default-binder.ts';
import {
  defaultPreemption,
  type PreemptionSources,
} from './plugins/default-preemption/default-preemption.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import {
  type DefaultSelector,
  podTopologySpread,
} from './plugins/pod-topology-spread/pod-topology-spread.ts';
import { prioritySort } from './plugins/priority-sort.ts';
import { schedulingGates } from './plugins/scheduling-gates.ts';
import { taintToleration } from './plugins/taint-toleration.ts';

/** What plugins read and write besides the pod and the node they are asked about. */
export interface PluginSources extends PreemptionSources {
  readonly nodes: NodeLister;
  readonly client: Pick<Client, 'post'>;
  readonly defaultSelector: DefaultSelector;
  readonly namespaceLabels: (name: string) => Readonly<Record<string, string>>;
}

export function defaultProfile(sources: PluginSources): Profile {
  const spread = podTopologySpread(sources.nodes, sources.defaultSelector);
  const affinity = interPodAffinity(sources.nodes, sources.namespaceLabels);
  const images = imageLocality(sources.nodes);
  const preemption = defaultPreemption(sources);
  return {
    queueSort: prioritySort,
    preEnqueue: [schedulingGates, preemption],
    preFilter: [nodeAffinity, nodePorts, spread, affinity],
    filter: [
      nodeUnschedulable,
      nodeName,
      taintToleration,
      nodeAffinity,
      nodePorts,
      nodeResourcesFit,
      spread,
      affinity,
    ],
    postFilter: [preemption],
    preScore: [nodeAffinity, spread, affinity, balancedAllocation],
    score: [taintToleration, nodeAffinity, nodeResourcesFit, spread, affinity, balancedAllocation, images],
    reserve: [],
    permit: [],
    preBind: [],
    bind: [defaultBinder(sources.client)],
    postBind: [],
  };
}
