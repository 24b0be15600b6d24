import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { DeviceSelector, OpaqueDeviceConfiguration } from './device.ts';

export const DeviceClassConfiguration = struct(
  'io.k8s.api.resource.v1.DeviceClassConfiguration',
  {
    opaque: ref(1, OpaqueDeviceConfiguration, {
      doc: 'Driver-specific configuration.',
      emit: 'if-set',
      inline: [1],
    }),
  },
  { doc: 'Configuration for the devices of a class.' },
);
export interface DeviceClassConfiguration extends Of<typeof DeviceClassConfiguration> {}

export const DeviceClassSpec = struct(
  'io.k8s.api.resource.v1.DeviceClassSpec',
  {
    config: list(2, DeviceClassConfiguration, {
      doc: 'Configuration for each device that is claimed through this class.',
      listType: 'atomic',
    }),
    extendedResourceName: string(4, {
      doc: 'Name of an extended resource through which pods can also request devices of this class.',
      emit: 'if-set',
    }),
    selectors: list(1, DeviceSelector, {
      doc: 'Selectors that a device must all match.',
      listType: 'atomic',
    }),
  },
  { doc: 'Desired devices of the class, and their configuration.' },
);
export interface DeviceClassSpec extends Of<typeof DeviceClassSpec> {}

export const DeviceClass = resource(
  'io.k8s.api.resource.v1.DeviceClass',
  {
    doc: 'Class of devices that claims can refer to.',
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'DeviceClass',
    plural: 'deviceclasses',
    singular: 'deviceclass',
    namespaced: false,
    storageVersionHash: 'Yk2PTc1Ybxk=',
  },
  {
    spec: required(ref(2, DeviceClassSpec, { emit: 'always' })),
  },
);
export interface DeviceClass extends Of<typeof DeviceClass> {}
