// The type of a plan: the actions that bring the runtime nearer to the pod's spec. Made by plan-sync.ts, carried out by
// pod-workers/carry-out.ts.
import type { PodContainer } from '../pod.ts';
import type { ResizeAction } from '../resize/resize-plan.ts';
import type { ContainerView } from '../view/pod-view.ts';

export interface KillAction {
  readonly container: ContainerView;
  /** Text of the Killing event; the default is `Stopping container x`. */
  readonly message?: string;
  /** Whose terminationGracePeriodSeconds overrides the pod's, if it has one. */
  readonly why: 'hashChanged' | 'liveness' | 'startup' | 'resize' | 'unknownState';
}

export interface StartAction {
  readonly container: PodContainer;
  /** Number in the container's metadata and log file: counts all instances. */
  readonly attempt: number;
  /** When the newest ended instance ended: counts towards the crash back-off. */
  readonly lastEnd?: number;
}

/** A container that should be started but has crashed too recently. */
export interface HeldBack {
  readonly container: PodContainer;
  readonly delay: number;
  readonly until: number;
}

export interface SyncPlan {
  /** Stop every container and sandbox first. */
  readonly killPod: boolean;
  /** Nothing will ever be started again. */
  readonly finished: boolean;
  /** Attempt number of a sandbox to make. */
  readonly createSandbox?: number;
  readonly sandboxId?: string;
  readonly kills: readonly KillAction[];
  readonly starts: readonly StartAction[];
  readonly resizes: readonly ResizeAction[];
  readonly heldBack: readonly HeldBack[];
}

export const isEmpty = (plan: SyncPlan): boolean =>
  !plan.killPod &&
  plan.createSandbox === undefined &&
  !plan.kills.length &&
  !plan.starts.length &&
  !plan.resizes.length;
