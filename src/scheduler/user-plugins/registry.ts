// The plugins that an administrator wrote: what their file exports. Read by the loader of the file; profile.ts makes the plugins.
import type { NodeLister } from '../cache/node-lister.ts';
import type {
  BindPlugin,
  FilterPlugin,
  PermitPlugin,
  Plugin,
  PostBindPlugin,
  PostFilterPlugin,
  PreBindPlugin,
  PreEnqueuePlugin,
  PreFilterPlugin,
  PreScorePlugin,
  ReservePlugin,
  ScorePlugin,
} from '../framework/plugin.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';

/** What a plugin may use beside the arguments of its methods. */
export interface PluginHandle {
  /** Of the profile's pluginConfig; undefined without any. */
  readonly args: unknown;
  /** All nodes with their pods; they change between scheduling cycles, and while PreBind and Bind wait. */
  readonly nodes: NodeLister;
  /** Pods whose Permit plugins answered Wait. */
  readonly waitingPods: Pick<WaitingPods, 'get' | 'list'>;
}

/** One plugin with the methods of all extension points that it has; its name is that under which it is exported. */
export type UserPlugin = Plugin &
  Partial<
    PreEnqueuePlugin &
      PreFilterPlugin &
      FilterPlugin &
      PostFilterPlugin &
      PreScorePlugin &
      ScorePlugin &
      ReservePlugin &
      PermitPlugin &
      PreBindPlugin &
      BindPlugin &
      PostBindPlugin
  >;

/** Called once for each profile, and again when the file has changed. */
export type PluginFactory = (handle: PluginHandle) => UserPlugin;

/** What the file exports as `plugins`: factories by the names of their plugins. */
export type PluginRegistry = Readonly<Record<string, PluginFactory>>;

export const NO_PLUGINS: PluginRegistry = {};

const MOST_PLUGINS = 100;

/** The registry that a module exports. Throws an Error that says what is wrong. */
export function registryOf(module: object): PluginRegistry {
  const plugins: unknown = 'plugins' in module ? module.plugins : undefined;
  if (typeof plugins !== 'object' || plugins === null)
    throw new Error('the file does not export an object named "plugins"');
  const entries = Object.entries(plugins);
  if (entries.length > MOST_PLUGINS) throw new Error(`more than ${MOST_PLUGINS} plugins`);
  for (const [name, factory] of entries)
    if (!isFactory(factory)) throw new Error(`plugin "${name}" is not a function that makes it`);
  return Object.fromEntries(entries.filter((entry): entry is [string, PluginFactory] => isFactory(entry[1])));
}

const isFactory = (value: unknown): value is PluginFactory => typeof value === 'function';
