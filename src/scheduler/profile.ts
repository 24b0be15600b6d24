// Makes the plugins of a profile, and puts them at their extension points. The only list of plugins.
import type { Client } from '../client/client.ts';
import type { NodeLister } from './cache/node-lister.ts';
import { SchedulerCache } from './cache/scheduler-cache.ts';
import { type EnabledPlugin, type ExtensionPoint, pluginsAt } from './config/plugin-sets.ts';
import { DEFAULT_PROFILE, type PluginArguments, type ProfileSettings } from './config/settings.ts';
import type { Plugin, Profile } from './framework/plugin.ts';
import { WaitingPods } from './framework/waiting-pods.ts';
import { balancedAllocationOf } from './plugins/balanced-allocation.ts';
import { defaultBinder } from './plugins/default-binder.ts';
import {
  defaultPreemption,
  type PreemptionSources,
} from './plugins/default-preemption/default-preemption.ts';
import {
  type DynamicResourcesSources,
  dynamicResources,
} from './plugins/dynamic-resources/dynamic-resources.ts';
import { NO_DEVICES } from './plugins/dynamic-resources/no-devices.ts';
import { type GangSources, gangScheduling } from './plugins/gang-scheduling.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity/inter-pod-affinity.ts';
import { nodeAffinityWith } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import {
  type DefaultSelector,
  podTopologySpread,
} from './plugins/pod-topology-spread/pod-topology-spread.ts';
import { prioritySort } from './plugins/priority-sort.ts';
import { schedulingGates } from './plugins/scheduling-gates.ts';
import { taintToleration } from './plugins/taint-toleration.ts';
import { volumeBinding } from './plugins/volumes/binding/volume-binding.ts';
import { nodeVolumeLimits } from './plugins/volumes/limits/node-volume-limits.ts';
import { volumeRestrictions } from './plugins/volumes/restrictions/volume-restrictions.ts';
import { noVolumes, type VolumeSources } from './plugins/volumes/sources.ts';
import { volumeZone } from './plugins/volumes/zone/volume-zone.ts';
import { guarded, unwatched, type Watcher } from './user-plugins/guarded.ts';
import { NO_PLUGINS, type PluginRegistry } from './user-plugins/registry.ts';

/** What plugins read and write besides the pod and the node they are asked about. */
export interface PluginSources extends PreemptionSources {
  readonly nodes: NodeLister;
  readonly client: Pick<Client, 'post'>;
  readonly defaultSelector: DefaultSelector;
  readonly namespaceLabels: (name: string) => Readonly<Record<string, string>>;
  readonly volumes: VolumeSources;
  readonly dynamicResources: DynamicResourcesSources;
  readonly waitingPods: WaitingPods;
  /** With the feature gate GangScheduling. */
  readonly gangs?: GangSources;
  /** Those that the administrator wrote. */
  readonly userPlugins?: PluginRegistry;
  readonly watcher: Watcher;
}

export const defaultProfile = (sources: PluginSources): Profile => profileOf(sources, DEFAULT_PROFILE);

type AnyPlugin = Plugin & Partial<PluginOf[keyof PluginOf]>;
type PluginOf = { readonly [P in Exclude<ExtensionPoint, 'queueSort'>]: Profile[P][number] };

const pluginsOf = (sources: PluginSources, args: PluginArguments): readonly AnyPlugin[] => [
  schedulingGates,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinityWith(args.addedAffinity),
  nodePorts,
  nodeResourcesFit(args.fit, (name) => sources.dynamicResources.devices.classFor(name) !== undefined),
  volumeRestrictions(sources.nodes, sources.volumes),
  nodeVolumeLimits(sources.volumes),
  volumeBinding(sources.volumes, sources.nodes, args.volumeBinding),
  volumeZone(sources.volumes),
  podTopologySpread(sources.nodes, sources.defaultSelector, args.defaultConstraints),
  interPodAffinity(sources.nodes, sources.namespaceLabels, args.interPodAffinity),
  dynamicResources(sources.dynamicResources, args.bindingTimeoutMs),
  defaultPreemption(sources, args.preemption),
  balancedAllocationOf(args.balanced),
  imageLocality(sources.nodes),
  defaultBinder(sources.client),
  gangScheduling(sources.gangs),
];

const userPluginsOf = (
  { userPlugins = NO_PLUGINS, nodes, waitingPods, watcher }: PluginSources,
  { others }: PluginArguments,
): readonly AnyPlugin[] =>
  Object.entries(userPlugins).map(([name, make]) =>
    guarded(name, make({ args: others.get(name), nodes, waitingPods }), watcher),
  );

/** Throws when the profile enables a plugin that does not exist. */
export function profileOf(sources: PluginSources, settings: ProfileSettings): Profile {
  const { plugins, schedulerName } = settings;
  const made = new Map(
    pluginsOf(sources, settings.arguments).map((plugin) => [plugin.name, weighed(plugin, settings)]),
  );
  for (const plugin of userPluginsOf(sources, settings.arguments)) {
    if (made.has(plugin.name) || plugin.name === prioritySort.name)
      throw new Error(`a plugin named ${plugin.name} already exists`);
    made.set(plugin.name, weighed(plugin, settings));
  }
  const known = (name: string) => made.has(name) || name === prioritySort.name;
  const check = (point: string, { name }: EnabledPlugin) => {
    if (!known(name)) throw new Error(`${point} plugin "${name}" does not exist`);
  };
  for (const plugin of plugins.multiPoint) check('MultiPoint', plugin);
  const at = <P extends keyof PluginOf>(point: P): PluginOf[P][] => {
    const has = hasPoint(point);
    const isOne = (name: string) => has(made.get(name));
    return pluginsAt(plugins, point, isOne).flatMap((plugin) => {
      check(point, plugin);
      const found = made.get(plugin.name);
      if (!has(found)) throw new Error(`plugin "${plugin.name}" does not extend ${point} plugin`);
      return found;
    });
  };
  const sorting = pluginsAt(plugins, 'queueSort', (name) => name === prioritySort.name);
  if (sorting.length !== 1 || sorting[0]?.name !== prioritySort.name)
    throw new Error(
      `only one queue sort plugin required for profile with scheduler name "${schedulerName}", but got ${sorting.length}`,
    );
  const bind = at('bind');
  if (bind.length === 0)
    throw new Error(`at least one bind plugin is needed for profile with scheduler name "${schedulerName}"`);
  return {
    queueSort: prioritySort,
    preEnqueue: at('preEnqueue'),
    preFilter: at('preFilter'),
    filter: at('filter'),
    postFilter: at('postFilter'),
    preScore: at('preScore'),
    score: at('score'),
    reserve: at('reserve'),
    permit: at('permit'),
    preBind: at('preBind'),
    bind,
    postBind: at('postBind'),
  };
}

/** Throws what profileOf would throw. */
export function checkProfile(settings: ProfileSettings, userPlugins = NO_PLUGINS): void {
  const nodes = new SchedulerCache();
  profileOf(
    {
      nodes,
      client: { post: () => Promise.resolve() },
      defaultSelector: () => undefined,
      namespaceLabels: () => ({}),
      volumes: noVolumes(),
      dynamicResources: NO_DEVICES,
      disruptionBudgets: () => [],
      preemptions: { start: () => {}, isRunning: () => false, attempted: () => {} },
      waitingPods: new WaitingPods(),
      userPlugins,
      watcher: unwatched,
      now: () => 0,
      monotonic: () => 0,
      chance: () => 0,
    },
    settings,
  );
}

/** A plugin has an extension point when it has the method of that name. */
const hasPoint =
  <P extends keyof PluginOf>(point: P) =>
  (plugin: AnyPlugin | undefined): plugin is PluginOf[P] & AnyPlugin =>
    plugin !== undefined && point in plugin;

/** With the weight that the profile gives it; one object at all points, since a skipped PreScore skips the same plugin's Score. */
function weighed(plugin: AnyPlugin, { plugins }: ProfileSettings): AnyPlugin {
  const all = [...(plugins.points.score?.enabled ?? []), ...plugins.multiPoint];
  const weight = all.find(({ name, weight }) => name === plugin.name && weight > 0)?.weight;
  return weight === undefined ? plugin : { ...plugin, weight };
}
