// How simulated nodes behave, with everything decided. Read from a file by config-file.ts.
import type { KubeletTaint } from '../options.ts';

/** Milliseconds: each time any length between the two. */
export interface Delay {
  readonly from: number;
  readonly to: number;
}

export interface SimulationSettings {
  /** By resource name; also of extended resources. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined: not chosen; see decision 26. */
  readonly taints: readonly KubeletTaint[] | undefined;
  /** Values of topology.kubernetes.io/zone, given to the nodes in turn. */
  readonly zones: readonly string[];
  /** From the admission of a pod until its containers start. */
  readonly startDelay: Delay;
  /** From SIGTERM until a container has ended; at most the grace period. */
  readonly stopDelay: Delay;
  /** Milliseconds that a container runs which is to end some time, if its command does not tell. */
  readonly jobDuration: number;
  /** Chance that a container fails to start, 0 to 1. */
  readonly startFailures: number;
  /** Of each running container, on average. */
  readonly crashesPerHour: number;
  /** What running containers use, in terms of what they request. */
  readonly usage: { readonly cpu: number; readonly memory: number };
}

export const DEFAULT_SIMULATION: SimulationSettings = {
  capacity: { cpu: '32', memory: '256Gi', pods: '110' },
  labels: {},
  taints: undefined,
  zones: [],
  startDelay: { from: 1_000, to: 1_000 },
  stopDelay: { from: 1_000, to: 1_000 },
  jobDuration: 10_000,
  startFailures: 0,
  crashesPerHour: 0,
  usage: { cpu: 0.5, memory: 0.5 },
};
