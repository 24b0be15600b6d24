import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { DeviceSelector, OpaqueDeviceConfiguration } from './device.ts';

export const DeviceClassConfiguration = struct(
  'io.k8s.api.resource.v1.DeviceClassConfiguration',
  {
    opaque: ref(1, OpaqueDeviceConfiguration, {
      doc: 'Settings that only the driver understands.',
      emit: 'if-set',
      inline: [1],
    }),
  },
  { doc: 'Settings for devices of the class.' },
);
export interface DeviceClassConfiguration extends Of<typeof DeviceClassConfiguration> {}

export const DeviceClassSpec = struct(
  'io.k8s.api.resource.v1.DeviceClassSpec',
  {
    config: list(2, DeviceClassConfiguration, {
      doc: 'Settings for every device of the class.',
      listType: 'atomic',
    }),
    extendedResourceName: string(4, {
      doc: 'Pods may ask for the class by this resource name, too.',
      emit: 'if-set',
    }),
    selectors: list(1, DeviceSelector, { doc: 'A device must match all of these.', listType: 'atomic' }),
  },
  { doc: 'Which devices are of the class.' },
);
export interface DeviceClassSpec extends Of<typeof DeviceClassSpec> {}

export const DeviceClass = resource(
  'io.k8s.api.resource.v1.DeviceClass',
  {
    doc: 'A kind of device.',
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
