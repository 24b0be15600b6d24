// What a KubeSchedulerConfiguration comes to: its profiles with the plugins of each, and the pods' back-off. Read by the scheduler
// and profile.ts.

import type { TopologySpreadConstraint } from '../../api/kinds/core/v1/affinity.ts';
import type { NodeAffinity } from '../../api/kinds/core/v1/node-affinity.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { ExtenderSettings } from '../extenders/http-extender.ts';
import { DEFAULT_ARGS, type PreemptionArgs } from '../plugins/default-preemption/find-candidates.ts';
import { type AffinityArgs, DEFAULT_AFFINITY_ARGS } from '../plugins/inter-pod-affinity/score-state.ts';
import { DEFAULT_FIT_ARGS, type FitArgs } from '../plugins/node-resources-fit/node-resources-fit.ts';
import { SYSTEM_DEFAULTS } from '../plugins/pod-topology-spread/constraint.ts';
import { type BindingArgs, DEFAULT_BINDING_ARGS } from '../plugins/volumes/binding/volume-binding.ts';
import { DEFAULT_PLUGINS, type EnabledPlugins } from './plugin-sets.ts';

/** The arguments of plugins. */
export interface PluginArguments {
  readonly fit: FitArgs;
  readonly preemption: PreemptionArgs;
  readonly interPodAffinity: AffinityArgs;
  readonly addedAffinity?: Readonly<NodeAffinity>;
  readonly defaultConstraints: readonly TopologySpreadConstraint[];
  /** What NodeResourcesBalancedAllocation balances. */
  readonly balanced: readonly string[];
  /** Of plugins that others wrote, as they are in the file. */
  readonly others: ReadonlyMap<string, unknown>;
  readonly volumeBinding: BindingArgs;
  /** How long DynamicResources waits for devices to be ready. */
  readonly bindingTimeoutMs: number;
}

export const DEFAULT_ARGUMENTS: PluginArguments = {
  fit: DEFAULT_FIT_ARGS,
  preemption: DEFAULT_ARGS,
  interPodAffinity: DEFAULT_AFFINITY_ARGS,
  defaultConstraints: SYSTEM_DEFAULTS,
  balanced: ['cpu', 'memory'],
  others: new Map(),
  volumeBinding: DEFAULT_BINDING_ARGS,
  bindingTimeoutMs: 600_000,
};

export interface ProfileSettings {
  readonly schedulerName: string;
  /** Of how many nodes that fit one is chosen; 0: upstream's share, which falls with the size of the cluster. */
  readonly percentageOfNodesToScore: number;
  readonly plugins: EnabledPlugins;
  readonly arguments: PluginArguments;
}

export interface SchedulerSettings {
  readonly profiles: readonly ProfileSettings[];
  /** In the order in which they are asked. */
  readonly extenders?: readonly ExtenderSettings[];
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

export const DEFAULT_SCHEDULER_NAME = 'default-scheduler';

export const schedulerNameOf = ({ spec }: Readonly<Pod>): string =>
  spec?.schedulerName ?? DEFAULT_SCHEDULER_NAME;

export const DEFAULT_PROFILE: ProfileSettings = {
  schedulerName: DEFAULT_SCHEDULER_NAME,
  percentageOfNodesToScore: 0,
  plugins: DEFAULT_PLUGINS,
  arguments: DEFAULT_ARGUMENTS,
};

export const DEFAULT_SETTINGS: SchedulerSettings = {
  profiles: [DEFAULT_PROFILE],
  initialBackoffMs: 1_000,
  maxBackoffMs: 10_000,
};
