// Validates the behavior of HorizontalPodAutoscalers. Paths and messages follow k8s.io/kubernetes pkg/apis/autoscaling/validation.
// Called by horizontal-pod-autoscaler.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  HorizontalPodAutoscalerBehavior,
  HPAScalingPolicy,
  HPAScalingRules,
} from '../../../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { parseQuantity, signOf } from '../../../quantity/quantity.ts';
import { errorsOfItems, type FieldError, invalid, notSupported, required } from '../../field.ts';

const LONGEST_PERIOD = 1800;
const LONGEST_WINDOW = 3600;
const SELECT_POLICIES = ['Disabled', 'Max', 'Min'];
const POLICY_TYPES = ['Percent', 'Pods'];

export function behaviorErrors(
  path: string,
  { scaleUp, scaleDown }: HorizontalPodAutoscalerBehavior,
): FieldError[] {
  return [
    ...(scaleUp ? rulesErrors(`${path}.scaleUp`, scaleUp) : []),
    ...(scaleDown ? rulesErrors(`${path}.scaleDown`, scaleDown) : []),
  ];
}

function rulesErrors(path: string, rules: HPAScalingRules): FieldError[] {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  const at = `${path}.stabilizationWindowSeconds`;
  if (window !== undefined && window < 0)
    errors.push(invalid(at, window, 'must be greater than or equal to zero'));
  if (window !== undefined && window > LONGEST_WINDOW)
    errors.push(invalid(at, window, `must be less than or equal to ${LONGEST_WINDOW}`));
  if (selectPolicy !== undefined && !SELECT_POLICIES.includes(selectPolicy))
    errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, SELECT_POLICIES));
  if (policies.length === 0) errors.push(required(`${path}.policies`, 'must specify at least one Policy'));
  addAll(
    errors,
    errorsOfItems(policies, (policy, i) => policyErrors(`${path}.policies[${i}]`, policy)),
  );
  if (tolerance !== undefined && signOf(parseQuantity(tolerance)) < 0)
    errors.push(invalid(`${path}.tolerance`, tolerance, 'must be greater than or equal to 0'));
  return errors;
}

function policyErrors(path: string, { type, value, periodSeconds }: HPAScalingPolicy): FieldError[] {
  const errors: FieldError[] = [];
  if (!POLICY_TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, POLICY_TYPES));
  if (value <= 0) errors.push(invalid(`${path}.value`, value, 'must be greater than zero'));
  if (periodSeconds <= 0)
    errors.push(invalid(`${path}.periodSeconds`, periodSeconds, 'must be greater than zero'));
  if (periodSeconds > LONGEST_PERIOD)
    errors.push(
      invalid(`${path}.periodSeconds`, periodSeconds, `must be less than or equal to ${LONGEST_PERIOD}`),
    );
  return errors;
}
