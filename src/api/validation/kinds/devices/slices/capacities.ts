// Validates how the capacity of a device may be requested in parts: amounts out of a list, or in steps out of a range, and what is
// requested by default.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import type {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  DeviceCapacity,
} from '../../../../kinds/resource/v1/resource-slice.ts';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  wholeUnits,
} from '../../../../quantity/quantity.ts';
import { type FieldError, forbidden, invalid, required } from '../../../field.ts';
import { setErrors, tooManyErrors } from '../lists.ts';

const MAX_VALUES = 10;

export const capacityErrors =
  (isShared: boolean) =>
  (path: string, { value = '0', requestPolicy }: DeviceCapacity): FieldError[] => {
    if (!requestPolicy) return [];
    const at = `${path}.requestPolicy`;
    if (!isShared) return [forbidden(at, 'allowMultipleAllocations must be true')];
    return policyErrors(at, requestPolicy, parseQuantity(value));
  };

function policyErrors(path: string, policy: CapacityRequestPolicy, capacity: Quantity): FieldError[] {
  const { validValues = [], validRange, default: byDefault } = policy;
  const chosen = validValues.length > 0 ? 'validValues' : validRange && 'validRange';
  if (!chosen) return [];
  if (validValues.length > 0 && validRange)
    return [
      forbidden(
        path,
        'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time',
      ),
    ];
  if (byDefault === undefined) return [required(`${path}.default`, `required when ${chosen} is defined`)];
  const standard = parseQuantity(byDefault);
  return validRange
    ? rangeErrors(`${path}.validRange`, validRange, standard, capacity)
    : valuesErrors(`${path}.validValues`, validValues, standard, capacity);
}

function valuesErrors(
  path: string,
  texts: readonly string[],
  standard: Quantity,
  capacity: Quantity,
): FieldError[] {
  const unknown = invalid(
    path,
    formatQuantity(standard),
    'default value is not valid according to the requestPolicy',
  );
  if (texts.length > MAX_VALUES) return [...tooManyErrors(path, texts, MAX_VALUES), unknown];
  const values = texts.map(parseQuantity);
  const errors: FieldError[] = [];
  for (const [i, value] of values.entries())
    if (i > 0 && isMore(values[i - 1]!, value))
      errors.push(
        invalid(`${path}[${i}]`, formatQuantity(value), 'values must be sorted in ascending order'),
      );
  addAll(
    errors,
    setErrors(
      path,
      values,
      MAX_VALUES,
      (value) => `${wholeUnits(value)}`,
      (at, value) => excessErrors(at, 'option', value, capacity),
    ),
  );
  return values.some((value) => compareQuantity(value, standard) === 0) ? errors : [...errors, unknown];
}

const isMore = (a: Quantity, b: Quantity): boolean => compareQuantity(a, b) > 0;

const excessErrors = (path: string, what: string, value: Quantity, capacity: Quantity): FieldError[] =>
  isMore(value, capacity)
    ? [
        invalid(
          path,
          formatQuantity(value),
          `${what} is larger than capacity value: ${formatQuantity(capacity)}`,
        ),
      ]
    : [];

function rangeErrors(
  path: string,
  range: CapacityRequestPolicyRange,
  standard: Quantity,
  capacity: Quantity,
): FieldError[] {
  if (range.min === undefined) return [required(`${path}.min`, 'required when validRange is defined')];
  const min = parseQuantity(range.min);
  const max = range.max === undefined ? undefined : parseQuantity(range.max);
  const errors = excessErrors(`${path}.min`, 'min', min, capacity);
  if (isMore(min, standard))
    errors.push(
      invalid(`${path}.min`, formatQuantity(standard), `default is less than min: ${formatQuantity(min)}`),
    );
  if (max) addAll(errors, maximumErrors(`${path}.max`, { min, max }, standard, capacity));
  if (range.step === undefined) return errors;
  const step = parseQuantity(range.step);
  const at = `${path}.step`;
  const first = addQuantity(min, step);
  if (isMore(first, capacity)) {
    const why = `one step ${formatQuantity(first)} is larger than capacity value: ${formatQuantity(capacity)}`;
    errors.push(invalid(at, formatQuantity(step), why));
  }
  addAll(errors, stepErrors(at, standard, min, step), max ? stepErrors(at, max, min, step) : []);
  return errors;
}

function maximumErrors(
  path: string,
  { min, max }: { readonly min: Quantity; readonly max: Quantity },
  standard: Quantity,
  capacity: Quantity,
): FieldError[] {
  const most = formatQuantity(max);
  return [
    ...(isMore(min, max) ? [invalid(path, formatQuantity(min), `min is larger than max: ${most}`)] : []),
    ...excessErrors(path, 'max', max, capacity),
    ...(isMore(standard, max)
      ? [invalid(path, formatQuantity(standard), `default is more than max: ${most}`)]
      : []),
  ];
}

/** In whole units. Nothing is a multiple of zero; upstream divides by it. */
function stepErrors(path: string, value: Quantity, min: Quantity, step: Quantity): FieldError[] {
  const units = wholeUnits(step);
  if (units !== 0n && (wholeUnits(value) - wholeUnits(min)) % units === 0n) return [];
  const why = `value is not a multiple of a given step (${formatQuantity(step)}) from (${formatQuantity(min)})`;
  return [invalid(path, formatQuantity(value), why)];
}
