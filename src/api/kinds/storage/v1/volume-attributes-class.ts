import { resource } from '../../../meta/v1/resource.ts';
import { map, type Of, required, string, text } from '../../../schema/notation.ts';

export const VolumeAttributesClass = resource(
  'io.k8s.api.storage.v1.VolumeAttributesClass',
  {
    doc: 'Specifies attributes of volumes that can be changed after creation.',
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'VolumeAttributesClass',
    plural: 'volumeattributesclasses',
    singular: 'volumeattributesclass',
    namespaced: false,
    shortNames: ['vac'],
    storageVersionHash: 'tIjydgKBC5w=',
  },
  {
    driverName: required(string(2, { doc: 'Name of the CSI driver.', emit: 'always' })),
    parameters: map(3, text, { doc: 'Parameters for the driver. They cannot be changed.' }),
  },
);
export interface VolumeAttributesClass extends Of<typeof VolumeAttributesClass> {}
