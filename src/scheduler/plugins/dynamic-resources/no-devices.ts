// The plugin's sources where no pod has claims: checks of profiles, and tests of other plugins.
import type { DynamicResourcesSources } from './dynamic-resources.ts';

const refuse = (): never => {
  throw new Error('there are no devices here');
};

export const NO_DEVICES: DynamicResourcesSources = {
  devices: {
    features: {
      ...{ partitionableDevices: false, deviceTaints: false, bindingConditions: false },
      ...{ consumableCapacity: false, listAttributes: false, prioritizedList: false },
      extendedResources: false,
    },
    isReady: false,
    claim: () => undefined,
    hasClass: () => false,
    classFor: () => undefined,
    extendedClaimOf: () => undefined,
    allocator: refuse,
    isPending: () => false,
    setPending: refuse,
    assume: refuse,
    forget: refuse,
  },
  actions: {
    bind: refuse,
    createExtended: refuse,
    noteExtended: refuse,
    deleteExtended: refuse,
    awaitDevices: refuse,
    release: refuse,
    deallocate: refuse,
    hasFailed: () => false,
  },
};
