// Validates the conditions of FlowSchemas and PriorityLevelConfigurations: each has a type of its own.
// Paths and messages follow k8s.io/kubernetes pkg/apis/flowcontrol/validation.
import { duplicate, errorsOfItems, type FieldError, required } from '../../field.ts';

export function conditionTypeErrors(
  conditions: readonly { readonly type?: string }[] | undefined,
): FieldError[] {
  const seen = new Set<string>();
  return errorsOfItems(conditions, ({ type = '' }, i) => {
    const path = `status.conditions[${i}].type`;
    const again = seen.has(type) ? [duplicate(path, type)] : [];
    seen.add(type);
    return [...again, ...(type === '' ? [required(path)] : [])];
  });
}
