// CSIDrivers: preventPodSchedulingIfMissing is of an alpha feature, and stays out of new drivers while that is off.
// Upstream: pkg/registry/storage/csidriver/strategy.go.
import type { FeatureGates } from '../../../api/features/feature-gates.ts';
import type { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Strategy } from '../../registry/strategy.ts';

type StoredDriver = CSIDriver & KubeObject;

export function csiDriverStrategy(features: FeatureGates): Strategy<StoredDriver> {
  const scales = features.enabled('VolumeLimitScaling');
  const prepare = ({ spec }: StoredDriver, old?: StoredDriver) => {
    if (!scales && old?.spec.preventPodSchedulingIfMissing === undefined)
      delete spec.preventPodSchedulingIfMissing;
  };
  return {
    unconditionalUpdate: false,
    prepareCreate: (driver) => prepare(driver),
    prepareUpdate: (driver, old) => prepare(driver, old),
  };
}
