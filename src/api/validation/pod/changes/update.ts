// Validates what may change in the spec of a pod: images, the deadline, tolerations, scheduling gates, and while there are gates, where
// the pod may run. Paths and messages follow ValidatePodUpdate in k8s.io/kubernetes pkg/apis/core/validation. Called by pod.ts.
import { compositeKey } from '../../../../kit/composite-key.ts';
import { addAll } from '../../../../kit/lists.ts';
import type { Toleration } from '../../../kinds/core/v1/affinity.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import { betweenComplaint, errorsOfItems, type FieldError, forbidden, invalid } from '../../field.ts';
import { semanticEqual } from '../../semantic.ts';
import { difference } from './difference.ts';
import { withOldPlacement } from './gated-placement.ts';

const largest = 2147483647;

export function specChangeErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  for (const list of ['containers', 'initContainers'] as const)
    if ((spec[list]?.length ?? 0) !== (old[list]?.length ?? 0))
      return [forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
  const deadline = deadlineErrors(spec, old);
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return deadline;
  const errors = [...deadline, ...tolerationErrors(spec, old), ...gateErrors(spec, old)];
  const placed = withOldPlacement(withOldFields(spec, old), old);
  addAll(errors, placed.errors);
  if (!semanticEqual(placed.spec, old))
    errors.push(forbidden('spec', changeable + difference(old, placed.spec)));
  return errors;
}

const changeable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

function deadlineErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  const now = spec.activeDeadlineSeconds;
  const before = old.activeDeadlineSeconds;
  if (now === undefined)
    return before === undefined
      ? []
      : [invalid(path, null, 'must not update from a positive integer to nil value')];
  if (now < 0 || now > largest) return [invalid(path, now, betweenComplaint(0, largest))];
  return before !== undefined && before < now
    ? [invalid(path, now, 'must be less than or equal to previous value')]
    : [];
}

/** Tolerations may be added, and only tolerationSeconds of existing ones may change. */
function tolerationErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const identity = ({ key, operator, value, effect }: Toleration) =>
    compositeKey([key ?? '', operator ?? '', value ?? '', effect ?? '']);
  const now = new Set((spec.tolerations ?? []).map(identity));
  return (old.tolerations ?? []).every((before) => now.has(identity(before)))
    ? []
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function gateErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  const places = new Map((spec.schedulingGates ?? []).map(({ name }, i) => [name, i]));
  return errorsOfItems([...places], ([name, i]) => {
    if (before.has(name)) return [];
    const says = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbidden(`spec.schedulingGates[${i}].name`, says)];
  });
}

/** The new spec with the fields that may change reset to their old values. */
function withOldFields(spec: PodSpec, old: PodSpec): PodSpec {
  const munged: PodSpec = { ...spec };
  const images = (list: 'containers' | 'initContainers') =>
    spec[list]?.map((container, i) => ({ ...container, image: old[list]?.[i]?.image }));
  munged.containers = images('containers') ?? [];
  if (spec.initContainers) munged.initContainers = images('initContainers');
  for (const key of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates'] as const) {
    delete munged[key];
    if (old[key] !== undefined) Object.assign(munged, { [key]: old[key] });
  }
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    munged.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  return munged;
}
