// Which plugins a profile enables: upstream's defaults, changed by what it enables and disables, for all extension points at once
// (multiPoint) or for one. Pure.
// Upstream: pkg/scheduler/apis/config/v1/default_plugins.go and expandMultiPointPlugins in pkg/scheduler/framework/runtime.
import type { PluginSet, Plugins } from './schema.ts';

export const EXTENSION_POINTS = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
] as const;
export type ExtensionPoint = (typeof EXTENSION_POINTS)[number];

export interface EnabledPlugin {
  readonly name: string;
  /** 0: the plugin's own. */
  readonly weight: number;
}

/** For all extension points that a plugin has, and for single ones. */
export interface EnabledPlugins {
  readonly multiPoint: readonly EnabledPlugin[];
  readonly points: Readonly<Partial<Record<ExtensionPoint, PointSet>>>;
}

interface PointSet {
  readonly enabled: readonly EnabledPlugin[];
  /** Names, or * for all. */
  readonly disabled: ReadonlySet<string>;
}

export const DEFAULT_PLUGINS: EnabledPlugins = {
  multiPoint: [
    ...['SchedulingGates', 'PrioritySort', 'NodeUnschedulable', 'NodeName', 'TaintToleration'],
    ...['NodeAffinity', 'NodePorts', 'NodeResourcesFit', 'VolumeRestrictions', 'NodeVolumeLimits'],
    ...['VolumeBinding', 'VolumeZone', 'PodTopologySpread', 'InterPodAffinity', 'DynamicResources'],
    ...['DefaultPreemption', 'NodeResourcesBalancedAllocation', 'ImageLocality', 'DefaultBinder'],
    // Takes part in something with its feature gate only.
    'GangScheduling',
  ].map((name) => ({ name, weight: 0 })),
  points: {},
};

/** Default plugins of upstream that do not exist here: named in a configuration, they are left out. */
export const MISSING_PLUGINS: ReadonlySet<string> = new Set(['NodeDeclaredFeatures']);

export function mergedPlugins(custom: Plugins = {}): EnabledPlugins {
  const points = EXTENSION_POINTS.flatMap((point) => {
    const set = custom[point];
    return set ? [[point, { enabled: enabledOf(set), disabled: disabledOf(set) }] as const] : [];
  });
  return {
    multiPoint: merged(DEFAULT_PLUGINS.multiPoint, custom.multiPoint ?? {}),
    points: Object.fromEntries(points),
  };
}

/** Defaults that are enabled again keep their place. */
function merged(defaults: readonly EnabledPlugin[], custom: PluginSet): readonly EnabledPlugin[] {
  const disabled = disabledOf(custom);
  const enabled = enabledOf(custom);
  const kept = disabled.has('*') ? [] : defaults.filter(({ name }) => !disabled.has(name));
  const byName = new Map(enabled.map((plugin) => [plugin.name, plugin]));
  const known = new Set(kept.map(({ name }) => name));
  return [
    ...kept.map((plugin) => byName.get(plugin.name) ?? plugin),
    ...enabled.filter(({ name }) => !known.has(name)),
  ];
}

/** The plugins of one extension point in their order; `has` says whether a plugin has the point. */
export function pluginsAt(
  { multiPoint, points }: EnabledPlugins,
  point: ExtensionPoint,
  has: (name: string) => boolean,
): readonly EnabledPlugin[] {
  const { enabled = [], disabled = new Set<string>() } = points[point] ?? {};
  const general = disabled.has('*') ? [] : multiPoint.filter(({ name }) => has(name) && !disabled.has(name));
  const single = new Set(enabled.map(({ name }) => name));
  const both = new Set(general.map(({ name }) => name).filter((name) => single.has(name)));
  return [
    ...enabled.filter(({ name }) => both.has(name)),
    ...general.filter(({ name }) => !both.has(name)),
    ...enabled.filter(({ name }) => !both.has(name)),
  ];
}

const enabledOf = ({ enabled = [] }: PluginSet): EnabledPlugin[] =>
  enabled
    .map(({ name = '', weight = 0 }) => ({ name, weight }))
    .filter(({ name }) => !MISSING_PLUGINS.has(name));

const disabledOf = ({ disabled = [] }: PluginSet): ReadonlySet<string> =>
  new Set(disabled.map(({ name = '' }) => name));
