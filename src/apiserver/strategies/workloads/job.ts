// Jobs: a job selects its pods by its own uid unless manualSelector is set, and orphans them when it is deleted without a
// propagation policy. Upstream: pkg/registry/batch/job/strategy.go.
import type { Job } from '../../../api/kinds/batch/v1/job.ts';
import type { Strategy } from '../../registry/strategy.ts';

const ORPHANS =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

export const jobStrategy: Strategy<Job> = {
  generation: true,
  orphanByDefault: true,
  prepareCreate({ spec, metadata }) {
    if (!spec?.template || spec.manualSelector) return;
    const { uid, name } = metadata;
    const labels = {
      'controller-uid': uid!,
      'job-name': name!,
      'batch.kubernetes.io/controller-uid': uid!,
      'batch.kubernetes.io/job-name': name!,
    };
    spec.template.metadata = {
      ...spec.template.metadata,
      labels: { ...spec.template.metadata?.labels, ...labels },
    };
    const selector = { ...spec.selector?.matchLabels, 'batch.kubernetes.io/controller-uid': uid! };
    spec.selector = { ...spec.selector, matchLabels: selector };
  },
  deletionWarning: ({ propagationPolicy, orphanDependents }) =>
    propagationPolicy === undefined && orphanDependents === undefined ? ORPHANS : undefined,
};
