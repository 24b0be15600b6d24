// Which pods a drain would take and what stands in its way, in words for the page; kubectl's words name its flags. Pure.
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { type DrainFlags, verdictOf } from '../../../../../api/nodes/drain.ts';

export interface DrainChoices {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
}

/** As people call it on the command line nearly always: pods of DaemonSets would come back at once. */
export const USUAL_CHOICES: DrainChoices = {
  force: false,
  ignoreDaemonSets: true,
  deleteEmptyDirData: false,
};

export type Obstacle = keyof DrainChoices;

export interface JudgedPod {
  readonly pod: Pod;
  readonly verdict: 'evicted' | 'stays' | 'blocked';
  /** The choice that would let the drain go on. */
  readonly obstacle?: Obstacle;
  readonly note?: string;
}

const NOTES: Readonly<Record<Obstacle, string>> = {
  force: 'declares no controller: nothing makes it again',
  ignoreDaemonSets: 'managed by a DaemonSet',
  deleteEmptyDirData: 'has local storage (emptyDir), which is lost with it',
};

/** DaemonSets are taken to exist: the page cannot ask for each. The API refuses nothing that this lets through. */
export function judged(pods: readonly Pod[], choices: DrainChoices, now: number): JudgedPod[] {
  const flags: DrainFlags = { ...choices, skipWaitAfter: 0 };
  return pods.map((pod) => {
    const { evict, warning, error } = verdictOf(pod, flags, now, undefined);
    if (error !== undefined) {
      const obstacle = obstacleOf(pod, flags, now);
      return { pod, verdict: 'blocked', ...(obstacle && { obstacle, note: NOTES[obstacle] }) };
    }
    if (!evict)
      return { pod, verdict: 'stays', note: warning ? NOTES.ignoreDaemonSets : 'static pod of the node' };
    return { pod, verdict: 'evicted', ...(warning && { note: NOTES.force }) };
  });
}

/** The first choice with which the verdict is another one. */
function obstacleOf(pod: Pod, flags: DrainFlags, now: number): Obstacle | undefined {
  const before = verdictOf(pod, flags, now, undefined).error;
  const all: readonly Obstacle[] = ['ignoreDaemonSets', 'deleteEmptyDirData', 'force'];
  return all.find(
    (choice) =>
      !flags[choice] && verdictOf(pod, { ...flags, [choice]: true }, now, undefined).error !== before,
  );
}
