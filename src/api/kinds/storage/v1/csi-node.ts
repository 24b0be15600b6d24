import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const VolumeNodeResources = struct(
  'io.k8s.api.storage.v1.VolumeNodeResources',
  {
    count: int32(1, { doc: 'Maximum number of volumes. By default, there is no limit.', emit: 'if-set' }),
  },
  { doc: 'Number of volumes that a node supports.' },
);
export interface VolumeNodeResources extends Of<typeof VolumeNodeResources> {}

export const CSINodeDriver = struct(
  'io.k8s.api.storage.v1.CSINodeDriver',
  {
    allocatable: ref(4, VolumeNodeResources, {
      doc: 'Number of volumes of the driver that the node supports. By default, there is no limit.',
      emit: 'if-set',
    }),
    name: required(string(1, { doc: 'Name of the driver.', emit: 'always' })),
    nodeID: required(string(2, { doc: 'ID by which the driver knows the node.', emit: 'always' })),
    topologyKeys: list(3, text, {
      doc: 'Keys of node labels that describe the topology for the driver.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'CSI driver that is installed on the node.' },
);
export interface CSINodeDriver extends Of<typeof CSINodeDriver> {}

export const CSINodeSpec = struct(
  'io.k8s.api.storage.v1.CSINodeSpec',
  {
    drivers: required(
      list(1, CSINodeDriver, {
        doc: 'CSI drivers that are installed on the node.',
        emit: 'always',
        mayBeEmpty: true,
        listType: 'map',
        keys: ['name'],
        merge: 'name',
      }),
    ),
  },
  { doc: 'CSI drivers that are installed on a node.' },
);
export interface CSINodeSpec extends Of<typeof CSINodeSpec> {}

export const CSINode = resource(
  'io.k8s.api.storage.v1.CSINode',
  {
    doc: 'CSI drivers that are installed on a node.',
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
