// File systems that are reached over a network.
import { boolean, list, type Of, ref, required, string, struct, text } from '../../../../schema/notation.ts';
import { LocalObjectReference, SecretReference } from '../references.ts';

export const NFSVolumeSource = struct(
  'io.k8s.api.core.v1.NFSVolumeSource',
  {
    path: required(string(2, { doc: 'The exported directory.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    server: required(string(1, { doc: 'The name or address of the NFS server.', emit: 'always' })),
  },
  { doc: 'A directory that an NFS server exports.' },
);
export interface NFSVolumeSource extends Of<typeof NFSVolumeSource> {}

export const CephFSPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.CephFSPersistentVolumeSource',
  {
    monitors: required(
      list(1, text, { doc: "The addresses of Ceph's monitors.", emit: 'always', listType: 'atomic' }),
    ),
    path: string(2, { doc: 'The directory to mount; / when absent.' }),
    readOnly: boolean(6, { doc: 'Mount without letting pods write; false when absent.' }),
    secretFile: string(4, { doc: 'A key ring file on the node, used when there is no secret.' }),
    secretRef: ref(5, SecretReference, {
      doc: "The secret with the user's key; it goes before secretFile.",
      emit: 'if-set',
    }),
    user: string(3, { doc: 'The Ceph user; admin when absent.' }),
  },
  { doc: 'A directory of a Ceph file system, for a persistent volume.' },
);
export interface CephFSPersistentVolumeSource extends Of<typeof CephFSPersistentVolumeSource> {}

export const CephFSVolumeSource = struct(
  'io.k8s.api.core.v1.CephFSVolumeSource',
  {
    monitors: required(
      list(1, text, { doc: "The addresses of Ceph's monitors.", emit: 'always', listType: 'atomic' }),
    ),
    path: string(2, { doc: 'The directory to mount; / when absent.' }),
    readOnly: boolean(6, { doc: 'Mount without letting pods write; false when absent.' }),
    secretFile: string(4, { doc: 'A key ring file on the node, used when there is no secret.' }),
    secretRef: ref(5, LocalObjectReference, {
      doc: "The secret with the user's key; it goes before secretFile.",
      emit: 'if-set',
    }),
    user: string(3, { doc: 'The Ceph user; admin when absent.' }),
  },
  { doc: 'A directory of a Ceph file system.' },
);
export interface CephFSVolumeSource extends Of<typeof CephFSVolumeSource> {}

export const GlusterfsPersistentVolumeSource = struct(
  'io.k8s.api.core.v1.GlusterfsPersistentVolumeSource',
  {
    endpoints: required(
      string(1, { doc: "The Endpoints object that lists Gluster's servers.", emit: 'always' }),
    ),
    endpointsNamespace: string(4, {
      doc: "The namespace of those endpoints; the claim's when absent.",
      emit: 'if-set',
    }),
    path: required(string(2, { doc: 'The name of the Gluster volume.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
  },
  { doc: 'A Gluster volume, for a persistent volume.' },
);
export interface GlusterfsPersistentVolumeSource extends Of<typeof GlusterfsPersistentVolumeSource> {}

export const GlusterfsVolumeSource = struct(
  'io.k8s.api.core.v1.GlusterfsVolumeSource',
  {
    endpoints: required(
      string(1, { doc: "The Endpoints object that lists Gluster's servers.", emit: 'always' }),
    ),
    path: required(string(2, { doc: 'The name of the Gluster volume.', emit: 'always' })),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
  },
  { doc: 'A Gluster volume, shared by many pods.' },
);
export interface GlusterfsVolumeSource extends Of<typeof GlusterfsVolumeSource> {}

export const FlockerVolumeSource = struct(
  'io.k8s.api.core.v1.FlockerVolumeSource',
  {
    datasetName: string(1, { doc: 'The data set by name; excludes datasetUUID.' }),
    datasetUUID: string(2, { doc: 'The data set by id; excludes datasetName.' }),
  },
  { doc: 'A data set of Flocker; long out of use.' },
);
export interface FlockerVolumeSource extends Of<typeof FlockerVolumeSource> {}

export const QuobyteVolumeSource = struct(
  'io.k8s.api.core.v1.QuobyteVolumeSource',
  {
    group: string(5, { doc: 'The group to access files as; none when absent.' }),
    readOnly: boolean(3, { doc: 'Mount without letting pods write; false when absent.' }),
    registry: required(
      string(1, { doc: "Quobyte's registries, as host:port, separated by commas.", emit: 'always' }),
    ),
    tenant: string(6, { doc: 'The Quobyte tenant that owns the volume.' }),
    user: string(4, { doc: "The user to access files as; the service account's when absent." }),
    volume: required(string(2, { doc: 'The name of the Quobyte volume.', emit: 'always' })),
  },
  { doc: 'A Quobyte volume; long out of use.' },
);
export interface QuobyteVolumeSource extends Of<typeof QuobyteVolumeSource> {}
