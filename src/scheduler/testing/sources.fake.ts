// What the default profile reads and writes, for tests over a cache filled by hand: nothing is bound, nobody is removed.
import type { NodeLister } from '../cache/node-lister.ts';
import { WaitingPods } from '../framework/waiting-pods.ts';
import { NO_DEVICES } from '../plugins/dynamic-resources/no-devices.ts';
import { noVolumes } from '../plugins/volumes/sources.ts';
import type { PluginSources } from '../profile.ts';
import { unwatched } from '../user-plugins/guarded.ts';

export const sourcesOf = (nodes: NodeLister, own: Partial<PluginSources> = {}): PluginSources => ({
  nodes,
  client: { post: () => Promise.reject(new Error('nothing is bound here')) },
  defaultSelector: () => undefined,
  namespaceLabels: () => ({}),
  volumes: noVolumes(),
  dynamicResources: NO_DEVICES,
  disruptionBudgets: () => [],
  preemptions: { start: () => {}, isRunning: () => false, attempted: () => {} },
  waitingPods: new WaitingPods(),
  watcher: unwatched,
  now: () => Date.parse('2026-01-01T12:00:00Z'),
  monotonic: () => 0,
  chance: () => 0,
  ...own,
});
