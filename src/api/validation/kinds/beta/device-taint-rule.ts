// Validates DeviceTaintRules: names in the selector, and the taint.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import type {
  DeviceTaintRule,
  DeviceTaintSelector,
} from '../../../kinds/resource/v1alpha3/device-taint-rule.ts';
import { complaints, type FieldError, notSupported, required, tooMany } from '../../field.ts';
import { isDNS1123Label, isLabelValue, isQualifiedName } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { driverErrors, poolErrors } from '../devices/names.ts';
import { conditionsErrors } from './conditions.ts';

const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const MAX_CONDITIONS = 8;
const selectorErrors = ({ driver, pool, device }: DeviceTaintSelector = {}): FieldError[] => [
  ...(driver === undefined ? [] : driverErrors('spec.deviceSelector.driver', driver)),
  ...(pool === undefined ? [] : poolErrors('spec.deviceSelector.pool', pool)),
  ...(device === undefined ? [] : complaints('spec.deviceSelector.device', device, isDNS1123Label(device))),
];

function specErrors({ spec }: DeviceTaintRule, old?: DeviceTaintRule): FieldError[] {
  const { key, value = '', effect } = spec.taint;
  const errors = selectorErrors(spec.deviceSelector);
  addAll(errors, complaints('spec.taint.key', key, isQualifiedName(key)));
  addAll(errors, complaints('spec.taint.value', value, isLabelValue(value)));
  if (effect === old?.spec.taint.effect && effect !== undefined) return errors;
  if (!effect) errors.push(required('spec.taint.effect'));
  else if (!EFFECTS.includes(effect)) errors.push(notSupported('spec.taint.effect', effect, EFFECTS));
  return errors;
}

export const deviceTaintRuleRules: Rules<DeviceTaintRule> = {
  create: (rule) => specErrors(rule),
  update: specErrors,
  status({ status }) {
    const count = status?.conditions?.length ?? 0;
    return [
      ...conditionsErrors('status.conditions', status?.conditions),
      ...(count > MAX_CONDITIONS ? [tooMany('status.conditions', count, MAX_CONDITIONS)] : []),
    ];
  },
};
