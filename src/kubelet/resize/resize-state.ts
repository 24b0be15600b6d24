// What a pod's conditions say of its resize.
import type { Problem } from '../status/container-status.ts';

export interface ResizeState {
  readonly pending?: Problem;
  readonly error?: string;
  /** Containers that do not have yet what the spec asks for. */
  readonly unapplied: ReadonlySet<string>;
}
