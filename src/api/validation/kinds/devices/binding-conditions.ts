// Validates the conditions of a device that are awaited before a pod is bound, and those that fail the binding: each kind needs the
// other, and no condition is of both.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import { checkItems, complaints, type FieldError, invalid } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { duplicateErrors, listErrors } from './lists.ts';

const MAX_CONDITIONS = 4;

interface Binding {
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
}

export function bindingErrors(
  path: string,
  { bindingConditions: awaited = [], bindingFailureConditions: failing = [] }: Binding,
): FieldError[] {
  const at = { awaited: `${path}.bindingConditions`, failing: `${path}.bindingFailureConditions` };
  const errors = conditionNamesErrors(at.awaited, awaited);
  addAll(errors, conditionNamesErrors(at.failing, failing));
  addAll(errors, duplicateErrors(at.awaited, awaited, itself), duplicateErrors(at.failing, failing, itself));
  const known = new Set(awaited);
  checkItems(errors, failing, (condition, i) => {
    const why = 'bindingFailureConditions must not overlap with bindingConditions';
    if (known.has(condition)) errors.push(invalid(`${at.failing}[${i}]`, condition, why));
  });
  if (awaited.length === 0 && failing.length > 0)
    errors.push(
      invalid(at.awaited, awaited, 'bindingConditions are required to use bindingFailureConditions'),
    );
  if (failing.length === 0 && awaited.length > 0)
    errors.push(
      invalid(at.failing, failing, 'bindingFailureConditions are required to use bindingConditions'),
    );
  return errors;
}

const itself = (condition: string): string => condition;

const conditionNamesErrors = (path: string, conditions: readonly string[]): FieldError[] =>
  listErrors(path, conditions, MAX_CONDITIONS, (at, name) => complaints(at, name, isQualifiedName(name)));
