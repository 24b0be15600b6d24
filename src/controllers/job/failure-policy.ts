// What a job's podFailurePolicy says about a failed pod. Pure.
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { PodFailurePolicyRule } from '../../api/kinds/batch/v1/job-spec.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';

export interface PolicyMatch {
  readonly action: PodFailurePolicyRule['action'];
  /** For a condition of the job, where the action is FailJob. */
  readonly message: string;
}

/** The first matching rule decides; without one the failure counts towards the back-off limit. */
export function matchPolicy(job: Readonly<Job>, pod: Readonly<Pod>): PolicyMatch | undefined {
  const rules = job.spec?.podFailurePolicy?.rules ?? [];
  for (const [i, rule] of rules.entries()) {
    const why = matches(rule, pod);
    if (why) return { action: rule.action, message: `${why} matching ${rule.action} rule at index ${i}` };
  }
  return undefined;
}

/** Why the rule applies. */
function matches(rule: PodFailurePolicyRule, pod: Readonly<Pod>): string | undefined {
  const { name, namespace } = pod.metadata;
  if (rule.onExitCodes) {
    const { containerName, operator, values } = rule.onExitCodes;
    const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
    for (const status of statuses) {
      const code = status.state?.terminated?.exitCode;
      if (code === undefined || code === 0) continue;
      if (containerName && containerName !== status.name) continue;
      if (values.includes(code) === (operator === 'In'))
        return `Container ${status.name} for pod ${namespace}/${name} failed with exit code ${code}`;
    }
    return undefined;
  }
  for (const pattern of rule.onPodConditions ?? []) {
    const condition = conditionOf(pod, pattern.type);
    if (condition && condition.status === (pattern.status ?? 'True'))
      return `Pod ${namespace}/${name} has condition ${pattern.type}`;
  }
  return undefined;
}
