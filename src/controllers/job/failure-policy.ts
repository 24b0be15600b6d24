// What a job's podFailurePolicy says about a failed pod. Pure.
import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { PodFailurePolicyRule } from '../../api/kinds/batch/v1/job-spec.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';

export type PolicyAction = 'Count' | 'Ignore' | 'FailIndex' | { readonly failJob: string };

/** The first matching rule decides; without one the failure counts towards the back-off limit. */
export function policyFor(job: Readonly<Job>, pod: Readonly<Pod>): PolicyAction {
  const rules = job.spec?.podFailurePolicy?.rules ?? [];
  for (const [i, rule] of rules.entries()) {
    const why = matches(rule, pod);
    if (!why) continue;
    if (rule.action === 'FailJob') return { failJob: `${why} matching FailJob rule at index ${i}` };
    return rule.action;
  }
  return 'Count';
}

/** Why the rule applies: the message of the condition that FailJob sets. */
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
