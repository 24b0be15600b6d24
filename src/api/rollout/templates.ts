// Pod templates of revisions: without what the Deployment adds, and compared. Pure; kubectl and the dashboard call it.
import type { PodTemplateSpec } from '../kinds/core/v1/pod-spec.ts';
import { jsonEqual } from '../patch/json.ts';

/** The label by which a Deployment tells its ReplicaSets apart. */
const HASH = 'pod-template-hash';

export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { labels, ...metadata } = template.metadata ?? {};
  const { [HASH]: _, ...kept } = labels ?? {};
  return {
    ...template,
    metadata: { ...metadata, ...(Object.keys(kept).length > 0 && { labels: kept }) },
  };
}

/** Both in the form of their kind. */
export const sameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean =>
  jsonEqual(withoutHash(a), withoutHash(b));
