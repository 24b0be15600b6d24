// Validates conditions of the type that kinds share.
// Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
import { addAll } from '../../../../kit/lists.ts';
import type { Condition } from '../../../meta/v1/condition.ts';
import {
  checkItems,
  complaints,
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../field.ts';
import { isQualifiedName, regexComplaint } from '../../names.ts';

const STATUSES = ['False', 'True', 'Unknown'];
/** Bytes. */
const MAX_REASON = 1024;
const MAX_MESSAGE = 32 * 1024;

const reasonRe = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const reasonText = regexComplaint(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

export function conditionsErrors(path: string, conditions: readonly Condition[] | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, conditions, (condition, i) => {
    const at = `${path}[${i}]`;
    if (seen.has(condition.type)) errors.push(duplicate(`${at}.type`, condition.type));
    seen.add(condition.type);
    addAll(errors, conditionErrors(at, condition));
  });
  return errors;
}

function conditionErrors(path: string, condition: Condition): FieldError[] {
  const { type, status, observedGeneration = 0, lastTransitionTime, message = '' } = condition;
  const errors = complaints(`${path}.type`, type, isQualifiedName(type));
  if (!STATUSES.includes(status)) errors.push(notSupported(`${path}.status`, status, STATUSES));
  if (observedGeneration < 0)
    errors.push(
      invalid(`${path}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero'),
    );
  if (!lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`));
  addAll(errors, reasonErrors(`${path}.reason`, condition.reason));
  if (Buffer.byteLength(message) > MAX_MESSAGE) errors.push(tooLong(`${path}.message`, MAX_MESSAGE));
  return errors;
}

function reasonErrors(path: string, reason: string): FieldError[] {
  if (!reason) return [required(path)];
  const errors = reasonRe.test(reason) ? [] : [invalid(path, reason, reasonText)];
  if (Buffer.byteLength(reason) > MAX_REASON) errors.push(tooLong(path, MAX_REASON));
  return errors;
}
