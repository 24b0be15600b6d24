import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { deviceTaintOf } from '../v1/device-taint.ts';

export const DeviceTaintSelector = struct(
  'io.k8s.api.resource.v1alpha3.DeviceTaintSelector',
  {
    device: string(4, { doc: 'Only devices with this name.', emit: 'if-set' }),
    driver: string(2, { doc: 'Only devices of this driver.', emit: 'if-set' }),
    pool: string(3, { doc: 'Only devices in pools with this name.', emit: 'if-set' }),
  },
  { doc: 'Selects devices. Selects all if it is empty.' },
);
export interface DeviceTaintSelector extends Of<typeof DeviceTaintSelector> {}

export const DeviceTaintRuleSpec = struct(
  'io.k8s.api.resource.v1alpha3.DeviceTaintRuleSpec',
  {
    deviceSelector: ref(1, DeviceTaintSelector, {
      doc: 'Devices that get the taint. Without it, none do.',
      emit: 'if-set',
    }),
    taint: required(
      ref(2, deviceTaintOf('v1alpha3'), { doc: 'Taint that the devices get.', emit: 'always' }),
    ),
  },
  { doc: 'Devices and their taint.' },
);

export const DeviceTaintRuleStatus = struct(
  'io.k8s.api.resource.v1alpha3.DeviceTaintRuleStatus',
  {
    conditions: list(1, Condition, {
      doc: 'Latest observations, such as EvictionInProgress. At most 8.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'Progress of evictions because of the taint.' },
);

export const DeviceTaintRule = resource(
  'io.k8s.api.resource.v1alpha3.DeviceTaintRule',
  {
    doc: 'Adds a taint to all devices that match a selector, as if their driver had published it.',
    group: 'resource.k8s.io',
    version: 'v1alpha3',
    kind: 'DeviceTaintRule',
    plural: 'devicetaintrules',
    singular: 'devicetaintrule',
    namespaced: false,
    storageVersionHash: 'DJ3UJ0fj8MI=',
    subresources: { status: { kind: 'DeviceTaintRule', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, DeviceTaintRuleSpec, { emit: 'always' })),
    status: ref(3, DeviceTaintRuleStatus, { emit: 'always' }),
  },
);
export interface DeviceTaintRule extends Of<typeof DeviceTaintRule> {}
