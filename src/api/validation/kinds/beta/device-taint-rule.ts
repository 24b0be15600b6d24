// Validates DeviceTaintRules: names in the selector, and the taint.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type {
  DeviceTaintRule,
  DeviceTaintSelector,
} from '../../../kinds/resource/v1alpha3/device-taint-rule.ts';
import { complaints, type FieldError } from '../../field.ts';
import { isDNS1123Label } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { tooManyErrors } from '../devices/lists.ts';
import { driverErrors, poolErrors } from '../devices/names.ts';
import { taintErrors } from '../devices/taints.ts';
import { conditionsErrors } from './conditions.ts';

const MAX_CONDITIONS = 8;

const selectorErrors = ({ driver, pool, device }: DeviceTaintSelector = {}): FieldError[] => [
  ...(driver === undefined ? [] : driverErrors('spec.deviceSelector.driver', driver)),
  ...(pool === undefined ? [] : poolErrors('spec.deviceSelector.pool', pool)),
  ...(device === undefined ? [] : complaints('spec.deviceSelector.device', device, isDNS1123Label(device))),
];

const specErrors = ({ spec }: DeviceTaintRule, old?: DeviceTaintRule): FieldError[] => [
  ...selectorErrors(spec.deviceSelector),
  ...taintErrors('spec.taint', spec.taint, old?.spec.taint),
];

export const deviceTaintRuleRules: Rules<DeviceTaintRule> = {
  create: (rule) => specErrors(rule),
  update: specErrors,
  status: ({ status }) => [
    ...conditionsErrors('status.conditions', status?.conditions),
    ...tooManyErrors('status.conditions', status?.conditions ?? [], MAX_CONDITIONS),
  ],
};
