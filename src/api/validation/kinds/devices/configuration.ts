// Validates what claims and classes of devices have in common, selectors and configurations, and DeviceClasses themselves.
// Expressions are not compiled yet.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type { DeviceSelector, OpaqueDeviceConfiguration } from '../../../kinds/resource/v1/device.ts';
import type { DeviceClass } from '../../../kinds/resource/v1/device-class.ts';
import { isObject } from '../../../patch/json.ts';
import { type FieldError, invalid, required, tooLong, tooMany } from '../../field.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { driverErrors } from './names.ts';

const MAX_SELECTORS = 32;
const MAX_CONFIGURATIONS = 32;
/** Bytes. */
const MAX_EXPRESSION = 10 * 1024;
const MAX_PARAMETERS = 10 * 1024;

export function selectorsErrors(path: string, selectors: readonly DeviceSelector[] = []): FieldError[] {
  if (selectors.length > MAX_SELECTORS) return [tooMany(path, selectors.length, MAX_SELECTORS)];
  return selectors.flatMap(({ cel }, i) => {
    const at = `${path}[${i}].cel`;
    if (!cel) return [required(at)];
    return Buffer.byteLength(cel.expression ?? '') > MAX_EXPRESSION
      ? [tooLong(`${at}.expression`, MAX_EXPRESSION)]
      : [];
  });
}

/** Parameters that are stored already may be longer. */
export function configurationErrors(
  path: string,
  { opaque }: { opaque?: OpaqueDeviceConfiguration },
  isStored = false,
): FieldError[] {
  if (!opaque) return [required(`${path}.opaque`)];
  const { driver, parameters } = opaque;
  return [
    ...driverErrors(`${path}.opaque.driver`, driver),
    ...parametersErrors(`${path}.opaque.parameters`, parameters, isStored),
  ];
}

function parametersErrors(path: string, parameters: unknown, isStored: boolean): FieldError[] {
  if (parameters === undefined || parameters === null) return [required(path)];
  if (!isStored && Buffer.byteLength(JSON.stringify(parameters)) > MAX_PARAMETERS)
    return [tooLong(path, MAX_PARAMETERS)];
  return isObject(parameters) ? [] : [invalid(path, '<value omitted>', 'must be a valid JSON object')];
}

function classErrors({ spec }: DeviceClass, old?: DeviceClass): FieldError[] {
  const { config = [], selectors } = spec ?? {};
  const isStored = old !== undefined && semanticEqual(config, old.spec?.config);
  const errors = selectorsErrors('spec.selectors', selectors);
  if (config.length > MAX_CONFIGURATIONS)
    return [...errors, tooMany('spec.config', config.length, MAX_CONFIGURATIONS)];
  return [...errors, ...config.flatMap((one, i) => configurationErrors(`spec.config[${i}]`, one, isStored))];
}

export const deviceClassRules: Rules<DeviceClass> = {
  create: (one) => classErrors(one),
  update: classErrors,
};
