// What older servers accepted may stay: where the old spec breaks one of these rules, the new one may, too. Called for changes of pods
// and of what has templates of them. Follows GetValidationOptionsFromPodSpecAndMeta in k8s.io/kubernetes pkg/api/pod.
import type { FieldError } from '../../field.ts';

/** Whether an error is about the rule. */
type Rule = (error: FieldError) => boolean;

const rules: readonly Rule[] = [
  ({ field }) => field.includes('.nodeAffinity.required') && field.includes('.values['),
  ({ field }) => field.includes('.topologySpreadConstraints[') && field.includes('.labelSelector.'),
  ({ field }) =>
    (field.includes('.podAffinity.') || field.includes('.podAntiAffinity.')) &&
    (field.includes('.labelSelector.') || field.includes('.namespaceSelector.')),
  ({ field }) => field.endsWith('.projected.path'),
  ({ field, type }) => field.endsWith('.volumeDevices') && type === 'FieldValueForbidden',
  ({ field, message }) => field.includes('.sysctls[') && message.includes("may not be specified when 'host"),
  ({ message }) => message.includes(' is not positive integer multiple of hugepages-'),
  ({ field, message }) =>
    field.includes('.initContainers[') && message.includes("must not be set to 'RestartContainer'"),
];

/** `before` gives the errors of the old object, which is looked at only where the new one has any. */
export function withAllowances(
  errors: readonly FieldError[],
  before: () => readonly FieldError[],
): FieldError[] {
  const broken = rules.filter((rule) => errors.some(rule));
  if (broken.length === 0) return [...errors];
  const old = before();
  const allowed = broken.filter((rule) => old.some(rule));
  return errors.filter((error) => !allowed.some((rule) => rule(error)));
}
