// File systems that are reached over a network.
import { boolean, list, type Of, ref, required, string, struct, text } from '../../../../schema/notation.ts';
import { LocalObjectReference, SecretReference } from '../references.ts';

export const NFSVolumeSource = struct(
  'io.k8s.api.core.v1.NFSVolumeSource',
  {
    path: required(string(2, { doc: 'Path that the server exports.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    server: required(string(1, { doc: 'Hostname or IP address of the NFS server.', emit: 'always' })),
  },
  { doc: 'Directory that an NFS server exports.' },
);
export interface NFSVolumeSource extends Of<typeof NFSVolumeSource> {}

export const CephFSPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.CephFSPersistentVolumeSource',
  {
    monitors: required(
      list(1, text, { doc: 'Addresses of the Ceph monitors.', emit: 'always', listType: 'atomic' }),
    ),
    path: string(2, { doc: 'Directory to mount. Defaults to /.' }),
    readOnly: boolean(6, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretFile: string(4, { doc: 'Path of the key ring file on the node. Not used if secretRef is set.' }),
    secretRef: ref(5, SecretReference, {
      doc: 'Secret with the key of the user. Takes precedence over secretFile.',
      emit: 'if-set',
    }),
    user: string(3, { doc: 'Ceph user name. Defaults to admin.' }),
  },
  { doc: 'Directory of a Ceph file system for a PersistentVolume.' },
);
export interface CephFSPersistentVolumeSource extends Of<typeof CephFSPersistentVolumeSource> {}

export const CephFSVolumeSource = struct(
  'io.k8s.api.core.v1.CephFSVolumeSource',
  {
    monitors: required(
      list(1, text, { doc: 'Addresses of the Ceph monitors.', emit: 'always', listType: 'atomic' }),
    ),
    path: string(2, { doc: 'Directory to mount. Defaults to /.' }),
    readOnly: boolean(6, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    secretFile: string(4, { doc: 'Path of the key ring file on the node. Not used if secretRef is set.' }),
    secretRef: ref(5, LocalObjectReference, {
      doc: 'Secret with the key of the user. Takes precedence over secretFile.',
      emit: 'if-set',
    }),
    user: string(3, { doc: 'Ceph user name. Defaults to admin.' }),
  },
  { doc: 'Directory of a Ceph file system.' },
);
export interface CephFSVolumeSource extends Of<typeof CephFSVolumeSource> {}

export const GlusterfsPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.GlusterfsPersistentVolumeSource',
  {
    endpoints: required(
      string(1, { doc: 'Name of the Endpoints object that lists the GlusterFS servers.', emit: 'always' }),
    ),
    endpointsNamespace: string(4, {
      doc: 'Namespace of the Endpoints object. Defaults to that of the claim.',
      emit: 'if-set',
    }),
    path: required(string(2, { doc: 'Name of the GlusterFS volume.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
  },
  { doc: 'GlusterFS volume for a PersistentVolume.' },
);
export interface GlusterfsPersistentVolumeSource extends Of<typeof GlusterfsPersistentVolumeSource> {}

export const GlusterfsVolumeSource = struct(
  'io.k8s.api.core.v1.GlusterfsVolumeSource',
  {
    endpoints: required(
      string(1, { doc: 'Name of the Endpoints object that lists the GlusterFS servers.', emit: 'always' }),
    ),
    path: required(string(2, { doc: 'Name of the GlusterFS volume.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
  },
  { doc: 'GlusterFS volume, which pods can share.' },
);
export interface GlusterfsVolumeSource extends Of<typeof GlusterfsVolumeSource> {}

export const FlockerVolumeSource = struct(
  'io.k8s.api.core.v1.FlockerVolumeSource',
  {
    datasetName: string(1, { doc: 'Name of the dataset. Mutually exclusive with datasetUUID.' }),
    datasetUUID: string(2, { doc: 'UUID of the dataset. Mutually exclusive with datasetName.' }),
  },
  { doc: 'Deprecated: Flocker dataset.' },
);
export interface FlockerVolumeSource extends Of<typeof FlockerVolumeSource> {}

export const QuobyteVolumeSource = struct(
  'io.k8s.api.core.v1.QuobyteVolumeSource',
  {
    group: string(5, { doc: 'Group to map access to. Defaults to no group.' }),
    readOnly: boolean(3, { doc: 'Whether the volume is mounted read-only. Defaults to false.' }),
    registry: required(
      string(1, {
        doc: 'Addresses of the Quobyte registries as host:port, separated by commas.',
        emit: 'always',
      }),
    ),
    tenant: string(6, { doc: 'Tenant that owns the Quobyte volume.' }),
    user: string(4, { doc: 'User to map access to. Defaults to the user of the service account.' }),
    volume: required(string(2, { doc: 'Name of the Quobyte volume.', emit: 'always' })),
  },
  { doc: 'Deprecated: Quobyte volume.' },
);
export interface QuobyteVolumeSource extends Of<typeof QuobyteVolumeSource> {}
