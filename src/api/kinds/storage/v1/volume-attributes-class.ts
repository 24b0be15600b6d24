import { resource } from '../../../meta/v1/resource.ts';
import { map, type Of, required, string, text } from '../../../schema/notation.ts';

export const VolumeAttributesClass = resource(
  'io.k8s.api.storage.v1.VolumeAttributesClass',
  {
    doc: 'Attributes of volumes that can be changed.',
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
    driverName: required(string(2, { doc: 'The CSI driver that knows the parameters.', emit: 'always' })),
    parameters: map(3, text, { doc: "The driver's own settings of such volumes; they never change." }),
  },
);
export interface VolumeAttributesClass extends Of<typeof VolumeAttributesClass> {}
