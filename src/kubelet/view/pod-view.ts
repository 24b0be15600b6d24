// What the runtime has of one pod: its sandboxes and containers, newest first. A plain value: read by runtime-view.ts,
// used by sync/ and status/.
import type { ContainerStatus, PodSandboxStatus } from '../../cri/runtime.ts';
import { readMarks } from './labels.ts';

export interface ContainerView extends ContainerStatus {
  readonly podSandboxId: string;
}

export interface PodView {
  readonly uid: string;
  readonly sandboxes: readonly PodSandboxStatus[];
  readonly containers: readonly ContainerView[];
}

export const emptyView = (uid: string): PodView => ({ uid, sandboxes: [], containers: [] });

/** The instances of one container, newest first. */
export const instancesOf = (view: PodView, name: string): ContainerView[] =>
  view.containers.filter((container) => container.metadata.name === name);

export const latestOf = (view: PodView, name: string): ContainerView | undefined =>
  view.containers.find((container) => container.metadata.name === name);

/** The sandbox that the pod lives in now, or lived in last. */
export const currentSandbox = (view: PodView): PodSandboxStatus | undefined => view.sandboxes[0];

export const restartCountOf = (container: ContainerView): number =>
  readMarks(container.annotations).restartCount;

export const isRunning = (view: PodView): boolean =>
  view.sandboxes.some((sandbox) => sandbox.state === 'ready') ||
  view.containers.some((container) => container.state === 'running');
