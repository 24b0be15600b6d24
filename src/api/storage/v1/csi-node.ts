import { resource } from '../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const VolumeNodeResources = struct('io.k8s.api.storage.v1.VolumeNodeResources', {
  count: int32(1, { emit: 'if-set' }),
});
export interface VolumeNodeResources extends Of<typeof VolumeNodeResources> {}

export const CSINodeDriver = struct('io.k8s.api.storage.v1.CSINodeDriver', {
  allocatable: ref(4, VolumeNodeResources, { emit: 'if-set' }),
  name: required(string(1, { emit: 'always' })),
  nodeID: required(string(2, { emit: 'always' })),
  topologyKeys: list(3, text, { emit: 'always', listType: 'atomic' }),
});
export interface CSINodeDriver extends Of<typeof CSINodeDriver> {}

export const CSINodeSpec = struct('io.k8s.api.storage.v1.CSINodeSpec', {
  drivers: required(
    list(1, CSINodeDriver, { emit: 'always', listType: 'map', keys: ['name'], merge: 'name' }),
  ),
});
export interface CSINodeSpec extends Of<typeof CSINodeSpec> {}

export const CSINode = resource(
  'io.k8s.api.storage.v1.CSINode',
  {
    doc: 'The CSI drivers of a node.',
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSINode',
    plural: 'csinodes',
    singular: 'csinode',
    namespaced: false,
    storageVersionHash: 'Pe62DkZtjuo=',
  },
  {
    spec: required(ref(2, CSINodeSpec, { emit: 'always' })),
  },
);
export interface CSINode extends Of<typeof CSINode> {}
