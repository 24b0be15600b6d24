// Validates PriorityClasses. The prefix system- and values above one billion are reserved for the system's own classes.
// Paths and messages follow k8s.io/kubernetes pkg/apis/scheduling/validation. Called through rule-book.ts.
import type { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import { type FieldError, forbidden, notSupported, required } from '../field.ts';
import { unchanged } from '../object-meta.ts';
import type { Rules } from '../rules.ts';

const highestUserPriority = 1_000_000_000;
const systemClasses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    'system-node-critical': 2_000_001_000,
    'system-cluster-critical': 2_000_000_000,
  }),
);

/** Why a class with the reserved prefix is not one of the system's. */
function systemComplaint({ metadata, value = 0, globalDefault }: PriorityClass): string | undefined {
  const name = metadata.name ?? '';
  const system = systemClasses.get(name);
  if (system === undefined) return `${name} is not a known system priority class`;
  if (value !== system) return `value of ${name} PriorityClass must be ${system}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

function valueErrors(c: PriorityClass): FieldError[] {
  if (!c.metadata.name?.startsWith('system-'))
    return (c.value ?? 0) > highestUserPriority
      ? [forbidden('value', `maximum allowed value of a user defined priority is ${highestUserPriority}`)]
      : [];
  const complaint = systemComplaint(c);
  const says = "priority class names with 'system-' prefix are reserved for system use only. error:";
  return complaint ? [forbidden('metadata.name', `${says} ${complaint}`)] : [];
}

const policies = ['PreemptLowerPriority', 'Never'];

function policyErrors({ preemptionPolicy: policy }: PriorityClass): FieldError[] {
  return policy === undefined ? [] : inGivenOrder('preemptionPolicy', policy, policies);
}

const inGivenOrder = (path: string, value: string, supported: readonly string[]): FieldError[] => {
  if (value === '') return [required(path)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
};

export const priorityClassRules: Rules<PriorityClass> = {
  create: (c) => [...valueErrors(c), ...policyErrors(c)],
  update: (p, old) => [
    ...((p.value ?? 0) === (old.value ?? 0) ? [] : [forbidden('value', 'may not be changed in an update.')]),
    ...unchanged('preemptionPolicy', p.preemptionPolicy, old.preemptionPolicy),
  ],
};
