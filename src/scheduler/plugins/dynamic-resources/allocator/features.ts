// What the allocator may do, by feature gates.
import type { FeatureGates } from '../../../../api/features/feature-gates.ts';

export interface AllocatorFeatures {
  readonly partitionableDevices: boolean;
  readonly deviceTaints: boolean;
  readonly bindingConditions: boolean;
  readonly consumableCapacity: boolean;
  readonly listAttributes: boolean;
  readonly prioritizedList: boolean;
  readonly extendedResources: boolean;
}

export const allocatorFeatures = (gates: Pick<FeatureGates, 'enabled'>): AllocatorFeatures => ({
  partitionableDevices: gates.enabled('DRAPartitionableDevices'),
  deviceTaints: gates.enabled('DRADeviceTaints'),
  bindingConditions:
    gates.enabled('DRADeviceBindingConditions') && gates.enabled('DRAResourceClaimDeviceStatus'),
  consumableCapacity: gates.enabled('DRAConsumableCapacity'),
  listAttributes: gates.enabled('DRAListTypeAttributes'),
  prioritizedList: gates.enabled('DRAPrioritizedList'),
  extendedResources: gates.enabled('DRAExtendedResource'),
});
