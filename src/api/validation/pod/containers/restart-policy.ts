// Validates what restarts a container: its own restart policy, rules by exit code, and restarts when resources are resized.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by container.ts.
import type { Container } from '../../../kinds/core/v1/container.ts';
import {
  checkItems,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../field.ts';

const policies = ['Always', 'Never', 'OnFailure'];
const actions = ['Restart', 'RestartAllContainers'];
const operators = ['In', 'NotIn'];
const MOST_RULES = 20;
const MOST_EXIT_CODES = 255;

type Restarting = Pick<Container, 'restartPolicy' | 'restartPolicyRules' | 'resizePolicy'>;

const missing = (path: string): FieldError =>
  required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used');

/** Without a policy of their own, the rules of init containers are not looked at. */
export function validateInitRestartPolicy(container: Restarting, path: string): FieldError[] {
  if (container.restartPolicy !== undefined) return validateRestartPolicy(container, path);
  return container.restartPolicyRules?.length ? [missing(path)] : [];
}

export function validateRestartPolicy(container: Restarting, path: string): FieldError[] {
  const { restartPolicy: policy, restartPolicyRules: rules = [] } = container;
  const errors: FieldError[] = [];
  if (policy === undefined) {
    if (rules.length === 0) return [];
    errors.push(missing(path));
  } else if (!policies.includes(policy)) errors.push(notSupported(`${path}.restartPolicy`, policy, policies));
  if (rules.length > MOST_RULES) errors.push(tooMany(`${path}.restartPolicyRules`, rules.length, MOST_RULES));
  checkItems(errors, rules, ({ action = '', exitCodes }, i) => {
    const at = `${path}.restartPolicyRules[${i}]`;
    if (!actions.includes(action)) errors.push(notSupported(`${at}.action`, action, actions));
    if (!exitCodes) {
      errors.push(required(`${at}.exitCodes`, 'must be specified'));
      return;
    }
    const { operator = '', values = [] } = exitCodes;
    if (!operators.includes(operator))
      errors.push(notSupported(`${at}.exitCodes.operator`, operator, operators));
    if (values.length > MOST_EXIT_CODES)
      errors.push(tooMany(`${at}.exitCodes.values`, values.length, MOST_EXIT_CODES));
  });
  return errors;
}

const resizable = ['cpu', 'memory'];
const restarts = ['NotRequired', 'RestartContainer'];

/** As upstream, most errors refer to the list instead of the item. */
export function validateResizePolicy(
  resizePolicy: Restarting['resizePolicy'],
  podPolicy: string | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  const check = (value: string, supported: readonly string[]) => {
    if (value === '') errors.push(required(path));
    else if (!supported.includes(value)) errors.push(notSupported(path, value, supported));
  };
  checkItems(errors, resizePolicy, ({ resourceName = '', restartPolicy = '' }, i) => {
    if (seen.has(resourceName)) errors.push(duplicate(`${path}[${i}]`, resourceName));
    seen.add(resourceName);
    check(resourceName, resizable);
    check(restartPolicy, restarts);
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
  });
  return errors;
}
