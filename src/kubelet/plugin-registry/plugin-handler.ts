// What takes up the plugins of one type, once the registry has asked them who they are. Upstream: PluginHandler in
// pkg/kubelet/pluginmanager/cache.

export interface Plugin {
  readonly name: string;
  /** Path of the socket at which its own service is. */
  readonly endpoint: string;
  readonly versions: readonly string[];
}

export interface PluginHandler {
  /** Why the plugin cannot be taken up; undefined when it can. */
  validate(plugin: Plugin): string | undefined;
  /** The plugin is in use when it resolves, and may be before. Throws with what the plugin is told. */
  register(plugin: Plugin): Promise<void>;
  /** Its socket is gone, or it has not heard that it was registered. */
  deregister(plugin: Plugin): void;
}
