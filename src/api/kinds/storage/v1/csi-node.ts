import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';

export const VolumeNodeResources = struct(
  'io.k8s.api.storage.v1.VolumeNodeResources',
  {
    count: int32(1, { doc: 'The greatest number of volumes; no limit when absent.', emit: 'if-set' }),
  },
  { doc: 'How many volumes fit on a node.' },
);
export interface VolumeNodeResources extends Of<typeof VolumeNodeResources> {}

export const CSINodeDriver = struct(
  'io.k8s.api.storage.v1.CSINodeDriver',
  {
    allocatable: ref(4, VolumeNodeResources, {
      doc: 'How many of its volumes fit; no limit when absent.',
      emit: 'if-set',
    }),
    name: required(string(1, { doc: "The driver's name.", emit: 'always' })),
    nodeID: required(string(2, { doc: 'What the driver calls the node.', emit: 'always' })),
    topologyKeys: list(3, text, {
      doc: 'The node labels by which the driver tells places apart.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
  { doc: 'A CSI driver that runs on the node.' },
);
export interface CSINodeDriver extends Of<typeof CSINodeDriver> {}

export const CSINodeSpec = struct(
  'io.k8s.api.storage.v1.CSINodeSpec',
  {
    drivers: required(
      list(1, CSINodeDriver, {
        doc: 'One entry per driver; none when empty.',
        emit: 'always',
        listType: 'map',
        keys: ['name'],
        merge: 'name',
      }),
    ),
  },
  { doc: 'The CSI drivers of a node.' },
);
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
