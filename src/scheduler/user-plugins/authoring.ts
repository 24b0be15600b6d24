// The types for authors of scheduler plugins: `import type { … } from 'tiphys/scheduler'` (docs/scheduler-plugins.md).
export type { NodeInfo } from '../cache/node-info.ts';
export type { NodeLister } from '../cache/node-lister.ts';
export type { PodInfo } from '../cache/pod-info.ts';
export type { ClusterEvent } from '../framework/cluster-events.ts';
export type { CycleState, StateKey } from '../framework/cycle-state.ts';
export type {
  BindPlugin,
  FilterPlugin,
  NodeVerdict,
  NodeVerdicts,
  PermitPlugin,
  PermitResult,
  Plugin,
  PostBindPlugin,
  PostFilterPlugin,
  PostFilterResult,
  PreBindPlugin,
  PreEnqueuePlugin,
  PreFilterExtensions,
  PreFilterPlugin,
  PreFilterResult,
  PreScorePlugin,
  ReservePlugin,
  ScorePlugin,
  Trials,
} from '../framework/plugin.ts';
export type { Code, Status } from '../framework/status.ts';
export type { WaitingPod } from '../framework/waiting-pods.ts';
export type { PluginFactory, PluginHandle, PluginRegistry, UserPlugin } from './registry.ts';
