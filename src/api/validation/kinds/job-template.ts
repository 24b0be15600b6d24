// How the template of a Job may change: not at all, but for a suspended one without pods, where they may run and how much they
// may use. Follows validatePodTemplateUpdate (pkg/apis/batch/validation) and shouldAllowMutablePodTemplate
// (pkg/registry/batch/job).
import type { Job } from '../../kinds/batch/v1/job.ts';
import type { Container } from '../../kinds/core/v1/container.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { isConditionTrue } from '../../meta/v1/conditions.ts';
import { type FieldError, immutable } from '../field.ts';
import { semanticEqual } from '../semantic.ts';

export function jobTemplateErrors(job: Job, old: Job): FieldError[] {
  const [after, before] = [job.spec?.template, old.spec?.template];
  if (!after?.spec || !before?.spec || !isAtRest(old))
    return semanticEqual(after, before) ? [] : [immutable('spec.template', after)];
  return semanticEqual(after.spec, withDirectives(before.spec, after.spec))
    ? []
    : [immutable('spec.template.spec', after.spec)];
}

/** Suspended, with no pod left. Until the controller has seen the suspension, pods may still run. */
function isAtRest(job: Job): boolean {
  const { spec, status } = job;
  const seen = !status?.startTime || isConditionTrue(job, 'Suspended');
  return spec?.suspend === true && seen && !status?.active;
}

/** Labels and annotations of the template may change too; they are not looked at. */
function withDirectives(before: PodSpec, after: PodSpec): unknown {
  const { nodeSelector, tolerations, schedulingGates } = after;
  return {
    ...before,
    ...{ nodeSelector, tolerations, schedulingGates },
    affinity: { ...before.affinity, nodeAffinity: after.affinity?.nodeAffinity },
    containers: withResources(before.containers, after.containers),
    initContainers: withResources(before.initContainers, after.initContainers),
  };
}

/** Either may be missing where another rule has found that already. */
function withResources(
  before: readonly Container[] = [],
  after: readonly Container[] = [],
): readonly unknown[] {
  if (before.length !== after.length) return before;
  return before.map((container, i) => {
    const { name, resources } = after[i]!;
    return container.name === name ? { ...container, resources } : container;
  });
}
