// The strategies of resource.k8s.io: what is not stored without its feature gate, who may ask for administrative access, and who may
// write the status of claims. Upstream: pkg/registry/resource.
import { sharedDeviceKey } from '../../../api/devices/shared-device.ts';
import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import type { DeviceClass } from '../../../api/kinds/resource/v1/device-class.ts';
import type { ResourceClaim } from '../../../api/kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimTemplate } from '../../../api/kinds/resource/v1/resource-claim-template.ts';
import type { ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import {
  resourceClaimRules,
  resourceClaimTemplateRules,
} from '../../../api/validation/kinds/devices/claims/claim.ts';
import { deviceClassRules } from '../../../api/validation/kinds/devices/device-class.ts';
import type { Strategy } from '../../registry/strategy.ts';
import { keepMetadata } from '../keep-metadata.ts';
import { adminRequestErrors, adminResultErrors, type LabelsOfNamespace } from './admin-access.ts';
import { gatedSpec, gatedStatus } from './claim-fields.ts';
import { dropDisabled, type Gated } from './gated-fields.ts';
import { gatedSlice, offersOf } from './slice-fields.ts';
import { statusRightsErrors } from './status-rights.ts';

const gatedClass: readonly Gated<object>[] = [
  { gates: ['DRAExtendedResource'], places: (spec) => [[spec, ['extendedResourceName']]] },
];

export const deviceClassStrategy = (features: FeatureGates): Strategy<DeviceClass & KubeObject> => ({
  generation: true,
  rules: deviceClassRules(features),
  prepareCreate: ({ spec }) => dropDisabled(features, gatedClass, spec, undefined),
  prepareUpdate: ({ spec }, { spec: old }) => dropDisabled(features, gatedClass, spec, old),
});

export function resourceClaimStrategy(
  features: FeatureGates,
  labelsOf: LabelsOfNamespace,
): Strategy<ResourceClaim & KubeObject> {
  const protects = features.enabled('DRAResourceClaimGranularStatusAuthorization');
  return {
    rules: resourceClaimRules(features),
    prepareCreate: ({ spec }) => dropDisabled(features, gatedSpec, spec, undefined),
    prepareUpdate: ({ spec }, { spec: old }) => dropDisabled(features, gatedSpec, spec, old),
    prepareStatus(claim, old) {
      keepMetadata(claim, old);
      dropDisabled(features, gatedStatus, claim, old);
      dropDeallocated(claim, old);
    },
    validateCreate: ({ metadata, spec }) => adminRequestErrors(spec, metadata.namespace ?? '', labelsOf),
    async validateUpdate(claim, old, write) {
      if (write.subresource !== 'status') return [];
      const errors = adminResultErrors(claim, old, write.namespace, labelsOf);
      return protects ? [...errors, ...(await statusRightsErrors(claim, old, write))] : errors;
    },
  };
}

/** What drivers have reported about a device goes with its allocation: whoever ends that need not know of the reports. */
function dropDeallocated({ status }: ResourceClaim, old: ResourceClaim): void {
  if (!status?.devices) return;
  const keysOf = ({ status: { allocation } = {} }: Pick<ResourceClaim, 'status'>): string[] =>
    (allocation?.devices?.results ?? []).map(sharedDeviceKey);
  const gone = new Set(keysOf(old));
  for (const key of keysOf({ status })) gone.delete(key);
  const devices = status.devices.filter((one) => !gone.has(sharedDeviceKey(one)));
  if (devices.length > 0) status.devices = devices;
  else delete status.devices;
}

export const resourceClaimTemplateStrategy = (
  features: FeatureGates,
  labelsOf: LabelsOfNamespace,
): Strategy<ResourceClaimTemplate & KubeObject> => ({
  rules: resourceClaimTemplateRules(features),
  prepareCreate: ({ spec }) => dropDisabled(features, gatedSpec, spec.spec, undefined),
  prepareUpdate: ({ spec }, { spec: old }) => dropDisabled(features, gatedSpec, spec.spec, old.spec),
  validateCreate: ({ metadata, spec }) => adminRequestErrors(spec.spec, metadata.namespace ?? '', labelsOf),
});

export function resourceSliceStrategy(features: FeatureGates): Strategy<ResourceSlice & KubeObject> {
  /** Taints count from now on where their driver does not say since when. */
  const prepare = (spec: ResourceSlice['spec'], old: ResourceSlice['spec'] | undefined, now: string) => {
    for (const { taints = [] } of offersOf(spec)) for (const taint of taints) taint.timeAdded ??= now;
    dropDisabled(features, gatedSlice, spec, old);
  };
  return {
    generation: true,
    prepareCreate: ({ spec }, { now }) => prepare(spec, undefined, now),
    prepareUpdate: ({ spec }, { spec: old }, { now }) => prepare(spec, old, now),
    warnings: ({ spec: { driver } }) =>
      driver === driver.toLowerCase()
        ? []
        : [
            `spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`,
          ],
  };
}
