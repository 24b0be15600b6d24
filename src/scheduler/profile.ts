// The default profile: which plugins run where, in order. The one list of plugins there is.
import type { Profile } from './framework/plugin.ts';
import { balancedAllocation } from './plugins/balanced-allocation.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { podTopologySpread, type SiblingSelector } from './plugins/pod-topology-spread.ts';
import { schedulingGates } from './plugins/scheduling-gates.ts';
import { taintToleration } from './plugins/taint-toleration.ts';

export interface ProfileSources {
  readonly siblings: SiblingSelector;
  readonly namespaceLabels: (name: string) => Readonly<Record<string, string>>;
}

export function defaultProfile(sources: ProfileSources): Profile {
  const spread = podTopologySpread(sources.siblings);
  const affinity = interPodAffinity(sources.namespaceLabels);
  return {
    preEnqueue: [schedulingGates],
    preFilter: [spread, affinity],
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
    preScore: [imageLocality, spread, affinity],
    score: [
      taintToleration,
      nodeAffinity,
      nodeResourcesFit,
      spread,
      affinity,
      balancedAllocation,
      imageLocality,
    ],
  };
}
