// Validates DeviceTaintRules: names in the selector, and the taint.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import type {
  DeviceTaintRule,
  DeviceTaintSelector,
} from '../../../kinds/resource/v1alpha3/device-taint-rule.ts';
import {
  checkItems,
  complaints,
  type FieldError,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { conditionsErrors } from './conditions.ts';

const EFFECTS = ['NoExecute', 'NoSchedule', 'None'];
const MAX_CONDITIONS = 8;
/** Bytes. */
const MAX_DRIVER = 63;
const MAX_POOL = 253;

function driverErrors(path: string, driver: string): FieldError[] {
  if (driver === '') return [required(path)];
  const errors = Buffer.byteLength(driver) > MAX_DRIVER ? [tooLong(path, MAX_DRIVER)] : [];
  return [...errors, ...complaints(path, driver, isDNS1123Subdomain(driver.toLowerCase()))];
}

function poolErrors(path: string, pool: string): FieldError[] {
  if (pool === '') return [required(path)];
  const errors = Buffer.byteLength(pool) > MAX_POOL ? [tooLong(path, MAX_POOL)] : [];
  checkItems(errors, pool.split('/'), (part) => {
    addAll(errors, complaints(path, part, isDNS1123Subdomain(part)));
  });
  return errors;
}

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
