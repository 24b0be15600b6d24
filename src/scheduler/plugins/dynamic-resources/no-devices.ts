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
    },
    isReady: false,
    claim: () => undefined,
    hasClass: () => false,
    allocator: refuse,
    isPending: () => false,
    setPending: refuse,
    assume: refuse,
  },
  actions: {
    bind: refuse,
    awaitDevices: refuse,
    release: refuse,
    deallocate: refuse,
    hasFailed: () => false,
  },
};
