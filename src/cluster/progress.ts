// Progress of a starting cluster: reported by the cluster, shown by the command.

export type Progress =
  /** One step is done, `ms` after the process started. */
  | { readonly kind: 'step'; readonly text: string; readonly ms: number }
  /** Something begins that may take long, and ends; the same words for both. */
  | { readonly kind: 'begin' | 'end'; readonly text: string }
  | { readonly kind: 'ready'; readonly summary: ClusterSummary; readonly ms: number }
  | { readonly kind: 'failed'; readonly text: string };

export interface ClusterSummary {
  readonly name: string;
  readonly api: string;
  readonly context: string;
  readonly kubeconfig: string;
  readonly nodes: readonly string[];
  readonly log: string;
  /** The cluster runs, but the workloads that were waited for do not: one line each. */
  readonly unready?: readonly string[];
}

/** An end that is the user's to change: one line that says what is wrong and what to do. No stack is shown. */
export class UserError extends Error {}
