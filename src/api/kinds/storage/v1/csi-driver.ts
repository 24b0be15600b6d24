import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  int64,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';

export const TokenRequest = struct(
  'io.k8s.api.storage.v1.TokenRequest',
  {
    audience: required(
      string(1, {
        doc: 'Intended audience of the token. Empty for the identifier of the API server.',
        emit: 'always',
      }),
    ),
    expirationSeconds: int64(2, { doc: 'Requested lifetime of the token in seconds.', emit: 'if-set' }),
  },
  { doc: 'Service account token that the driver requests.' },
);
export interface TokenRequest extends Of<typeof TokenRequest> {}

export const CSIDriverSpec = struct(
  'io.k8s.api.storage.v1.CSIDriverSpec',
  {
    attachRequired: boolean(1, {
      doc: 'Whether volumes must be attached to a node before they are mounted. Defaults to true.',
      assumed: true,
      emit: 'if-set',
    }),
    fsGroupPolicy: string(5, {
      doc: 'Whether volumes support changes of ownership by fsGroup: ReadWriteOnceWithFSType, File or None.',
      assumed: 'ReadWriteOnceWithFSType',
      emit: 'if-set',
    }),
    nodeAllocatableUpdatePeriodSeconds: int64(9, {
      doc: 'Interval in seconds at which the number of volumes per node is updated. Unset disables updates.',
      emit: 'if-set',
    }),
    podInfoOnMount: boolean(2, {
      doc: 'Whether the driver receives information about the pod in mount operations. Defaults to false.',
      assumed: false,
      emit: 'if-set',
    }),
    preventPodSchedulingIfMissing: boolean(11, {
      doc: 'Whether pods with volumes of the driver are kept off nodes on which it is missing.',
      emit: 'if-set',
    }),
    requiresRepublish: boolean(7, {
      doc: 'Whether NodePublishVolume is called periodically for mounted volumes. Defaults to false.',
      assumed: false,
      emit: 'if-set',
    }),
    seLinuxMount: boolean(8, {
      doc: 'Whether the driver supports the SELinux context mount option. Defaults to false.',
      assumed: false,
      emit: 'if-set',
    }),
    serviceAccountTokenInSecrets: boolean(10, {
      doc: 'Whether tokens are passed to the driver as secrets instead of in the volume context.',
      emit: 'if-set',
    }),
    storageCapacity: boolean(4, {
      doc: 'Whether the scheduler considers the capacity that the driver reports. Defaults to false.',
      assumed: false,
      emit: 'if-set',
    }),
    tokenRequests: list(6, TokenRequest, {
      doc: 'Service account tokens that the driver receives for the pod.',
      listType: 'atomic',
    }),
    volumeLifecycleModes: list(3, text, {
      doc: 'Kinds of volumes that the driver supports: Persistent, Ephemeral or both. Defaults to Persistent.',
      assumed: ['Persistent'],
      listType: 'set',
    }),
  },
  { doc: 'Capabilities and requirements of the driver.' },
);
export interface CSIDriverSpec extends Of<typeof CSIDriverSpec> {}

export const CSIDriver = resource(
  'io.k8s.api.storage.v1.CSIDriver',
  {
    doc: 'Describes a Container Storage Interface (CSI) driver.',
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'CSIDriver',
    plural: 'csidrivers',
    singular: 'csidriver',
    namespaced: false,
    storageVersionHash: 'hL6j/rwBV5w=',
  },
  {
    spec: required(ref(2, CSIDriverSpec, { emit: 'always' })),
  },
);
export interface CSIDriver extends Of<typeof CSIDriver> {}
