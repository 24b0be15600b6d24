// The condition Available of an APIService. Pure.
// Upstream: staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/v1/helper/helpers.go.
import type { APIService, APIServiceCondition } from '../../api/kinds/apiregistration/v1/api-service.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';

/** What is known about the availability, without the time. */
export type Finding = Pick<APIServiceCondition, 'status' | 'reason' | 'message'>;

export const LOCAL: Finding = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

/** True if the condition of the APIService says the same. */
export function says(service: APIService, { status, reason, message }: Finding): boolean {
  const now = conditionOf(service, 'Available');
  return now?.status === status && now.reason === reason && now.message === message;
}

/** The status with the finding. The transition time changes with the status of the condition only. */
export function withFinding(service: APIService, finding: Finding, now: string): APIService['status'] {
  const { conditions = [], ...status } = service.status ?? {};
  const before = conditionOf(service, 'Available');
  const lastTransitionTime = before?.status === finding.status ? before.lastTransitionTime : now;
  const condition = { type: 'Available', ...finding, lastTransitionTime };
  const others = conditions.map((one) => (one === before ? condition : one));
  return { ...status, conditions: before ? others : [...conditions, condition] };
}
