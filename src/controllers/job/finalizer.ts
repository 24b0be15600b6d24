// The finalizer that keeps a job's pod until it is counted.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';

export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';

export const isTracked = (pod: Readonly<Pod>): boolean =>
  pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
