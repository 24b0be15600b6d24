// Validates taints of devices, which stand in ResourceSlices and DeviceTaintRules.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import type { DeviceTaint } from '../../../kinds/resource/v1/device-taint.ts';
import { complaints, type FieldError, notSupported, required } from '../../field.ts';
import { isLabelValue, isQualifiedName } from '../../names.ts';

export const EFFECTS: readonly string[] = ['NoExecute', 'NoSchedule', 'None'];

/** An effect that is stored already is not looked at again. */
export function taintErrors(
  path: string,
  { key = '', value = '', effect }: DeviceTaint,
  old?: DeviceTaint,
): FieldError[] {
  const errors = complaints(`${path}.key`, key, isQualifiedName(key));
  addAll(errors, complaints(`${path}.value`, value, isLabelValue(value)));
  if (old && old.effect === effect) return errors;
  if (!effect) errors.push(required(`${path}.effect`));
  else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${path}.effect`, effect, EFFECTS));
  return errors;
}
