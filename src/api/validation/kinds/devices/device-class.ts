// Validates DeviceClasses: what selects their devices, configurations, and the extended resource that asks for them.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type { Steps } from '../../../../kit/clock.ts';
import { addAll } from '../../../../kit/lists.ts';
import type { FeatureGates } from '../../../features/feature-gates.ts';
import type { DeviceClass } from '../../../kinds/resource/v1/device-class.ts';
import { MAX_CONFIGURATIONS } from '../../../kinds/resource/v1/limits.ts';
import { type FieldError, invalid } from '../../field.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { isExtendedResourceName } from '../amounts/resource-names.ts';
import { configurationErrors } from './configuration.ts';
import { listErrors } from './lists.ts';
import { selectorsErrors } from './selectors.ts';

export function deviceClassRules(gates: FeatureGates): Rules<DeviceClass> {
  function* errorsOf({ spec }: DeviceClass, old?: DeviceClass): Steps<FieldError[]> {
    const { config = [], selectors = [], extendedResourceName } = spec ?? {};
    const isStored = (field: 'config' | 'selectors', value: unknown): boolean =>
      old !== undefined && semanticEqual(value, old.spec?.[field]);
    const hasOld = isStored('config', config);
    const errors = yield* selectorsErrors(
      'spec.selectors',
      selectors,
      gates,
      isStored('selectors', selectors),
    );
    addAll(
      errors,
      listErrors('spec.config', config, MAX_CONFIGURATIONS, (path, one) =>
        configurationErrors(path, one, hasOld),
      ),
    );
    if (extendedResourceName !== undefined && !isExtendedResourceName(extendedResourceName))
      errors.push(
        invalid('spec.extendedResourceName', extendedResourceName, 'must be a valid extended resource name'),
      );
    return errors;
  }
  return { createInSteps: (one) => errorsOf(one), updateInSteps: errorsOf };
}
