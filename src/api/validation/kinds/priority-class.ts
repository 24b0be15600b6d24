// Validates PriorityClasses. The prefix system- and values above one billion are reserved for the system's own classes.
// Paths and messages follow k8s.io/kubernetes pkg/apis/scheduling/validation. Called through rule-book.ts.
import type { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import { type FieldError, forbidden } from '../field.ts';
import { unchanged } from '../object-meta.ts';
import type { Rules } from '../rules.ts';

const highestUserPriority = 1_000_000_000;
const systemClasses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'system-node-critical': 2_000_001_000,
    'system-cluster-critical': 2_000_000_000,
  }),
);

function validateValue({ metadata, value = 0 }: PriorityClass): FieldError[] {
  const name = metadata.name ?? '';
  const system = systemClasses.get(name);
  if (name.startsWith('system-') && system === undefined)
    return [
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: ${name} is not a known system priority class`,
      ),
    ];
  if (system !== undefined && value !== system)
    return [
      forbidden(
        'metadata.name',
        `priority class names with 'system-' prefix are reserved for system use only. error: value of ${name} PriorityClass must be ${system}`,
      ),
    ];
  return system === undefined && value > highestUserPriority
    ? [forbidden('value', `maximum allowed value of a user defined priority is ${highestUserPriority}`)]
    : [];
}

export const priorityClassRules: Rules<PriorityClass> = {
  create: validateValue,
  update: (p, old) => [
    ...((p.value ?? 0) === (old.value ?? 0) ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...unchanged('preemptionPolicy', p.preemptionPolicy, old.preemptionPolicy),
  ],
};
