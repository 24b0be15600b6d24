// The state of a pod's resize: becomes its conditions PodResizePending and PodResizeInProgress.
import type { Problem } from '../status/container-status.ts';

export interface ResizeState {
  readonly pending?: Problem;
  readonly error?: string;
  /** Names of containers that do not have what the spec asks for yet. */
  readonly unapplied: ReadonlySet<string>;
}
