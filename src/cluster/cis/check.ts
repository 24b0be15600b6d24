// What a check of the CIS Kubernetes Benchmark is, and its verdict. Checks stand in one file per section; run.ts runs them.
import type { Cluster } from './cluster.ts';

export type Verdict =
  | { readonly verdict: 'PASS' | 'FAIL'; readonly reason: string }
  /** What the check is about does not exist in Tiphys, or not in this cluster. */
  | { readonly verdict: 'N/A'; readonly reason: string };

export interface Check {
  /** The benchmark's number, v1.10. */
  readonly id: string;
  readonly title: string;
  /** Whether the benchmark scores it ("Automated"); others are recommendations that it leaves to people's judgement. */
  readonly scored: boolean;
  readonly run: (cluster: Cluster) => Verdict | Promise<Verdict>;
}

export const pass = (reason: string): Verdict => ({ verdict: 'PASS', reason });
export const fail = (reason: string): Verdict => ({ verdict: 'FAIL', reason });
export const notApplicable = (reason: string): Verdict => ({ verdict: 'N/A', reason });

/** PASS when nothing is wrong, otherwise FAIL with what is. */
export const unless = (problems: readonly string[], good: string): Verdict =>
  problems.length === 0 ? pass(good) : fail(problems.join('; '));

export const scored = (id: string, title: string, run: Check['run']): Check => ({
  id,
  title,
  scored: true,
  run,
});

export const manual = (id: string, title: string, run: Check['run']): Check => ({
  id,
  title,
  scored: false,
  run,
});
