// Waits for one workload and tells how it went. Called by session.ts.
import type { Clock } from '../../../kit/clock.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import type { Session } from '../../../kubectl/session/session.ts';
import type { Report } from '../report/events.ts';
import type { ContainerProblem } from './progress.ts';
import { lastLines, type Workload } from './rollout.ts';

export interface ReadyOptions {
  readonly session: Session;
  readonly clock: Clock;
  readonly report: Report;
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Problems that were told before: they may be of pods that are about to go. */
  readonly told: Set<string>;
}

/** Whether the pods became ready. Rejects when the signal aborts. */
export async function waitUntilReady(
  workload: Workload,
  written: KubeObject,
  options: ReadyOptions,
): Promise<boolean> {
  const { clock, report, session, signal, told, timeoutMs } = options;
  const started = clock.monotonic();
  const late = new AbortController();
  const timer = clock.after(timeoutMs, () => late.abort());
  try {
    const found = await workload.until(
      (): { ready: number } | { problems: ContainerProblem[] } | undefined => {
        const progress = workload.progress(written);
        if (!progress) return undefined;
        if (progress.done) return { ready: progress.ready };
        const problems = progress.problems.filter((problem) => !told.has(keyOf(problem)));
        return problems.length > 0 ? { problems } : undefined;
      },
      AbortSignal.any([signal, late.signal]),
    );
    if ('ready' in found) {
      report({
        event: 'ready',
        workload: workload.title,
        ready: found.ready,
        ms: clock.monotonic() - started,
      });
      return true;
    }
    for (const problem of found.problems) told.add(keyOf(problem));
    await tell(found.problems, session, report);
  } catch (error) {
    if (signal.aborted) throw error;
    const progress = workload.progress(written);
    const message = late.signal.aborted
      ? `${workload.title}: ${progress?.ready ?? 0} of ${progress?.wanted ?? '?'} pods are ready after ${timeoutMs / 1000} s`
      : `${workload.title}: ${messageOf(error)}`;
    report({ event: 'failed', message });
  } finally {
    timer.cancel();
  }
  return false;
}

const keyOf = ({ namespace, pod, container, reason }: ContainerProblem): string =>
  `${namespace}/${pod}/${container}/${reason}`;

/** One line for all pods that have the same problem. */
async function tell(problems: readonly ContainerProblem[], session: Session, report: Report): Promise<void> {
  const distinct = new Map(problems.map((problem) => [`${problem.container} ${problem.reason}`, problem]));
  for (const problem of distinct.values()) {
    const { pod, container, reason, message } = problem;
    const output = await lastLines(session, problem);
    report({
      event: 'failed',
      message: `pod/${pod}, container ${container}: ${reason}${message ? `: ${message}` : ''}`,
      ...(output && { output }),
    });
  }
}
