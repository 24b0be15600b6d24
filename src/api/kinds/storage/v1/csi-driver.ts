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
      string(1, { doc: 'For whom the token is meant; the API server when empty.', emit: 'always' }),
    ),
    expirationSeconds: int64(2, { doc: 'How long the token is good, in seconds.', emit: 'if-set' }),
  },
  { doc: 'A service account token for the driver.' },
);
export interface TokenRequest extends Of<typeof TokenRequest> {}

export const CSIDriverSpec = struct(
  'io.k8s.api.storage.v1.CSIDriverSpec',
  {
    attachRequired: boolean(1, {
      doc: 'Volumes must be attached before mounting; true when absent.',
      assumed: true,
      emit: 'if-set',
    }),
    fsGroupPolicy: string(5, {
      doc: "Whether fsGroup changes a volume's owner: ReadWriteOnceWithFSType, File or None.",
      assumed: 'ReadWriteOnceWithFSType',
      emit: 'if-set',
    }),
    nodeAllocatableUpdatePeriodSeconds: int64(9, {
      doc: 'How often nodes ask again how many volumes fit; never when absent.',
      emit: 'if-set',
    }),
    podInfoOnMount: boolean(2, {
      doc: 'Tell the driver about the pod when mounting; false when absent.',
      assumed: false,
      emit: 'if-set',
    }),
    preventPodSchedulingIfMissing: boolean(11, {
      doc: 'Keep pods with such volumes off nodes that lack the driver.',
      emit: 'if-set',
    }),
    requiresRepublish: boolean(7, {
      doc: 'Call the driver again and again while mounted; false when absent.',
      assumed: false,
      emit: 'if-set',
    }),
    seLinuxMount: boolean(8, {
      doc: 'The driver can mount with an SELinux context; false when absent.',
      assumed: false,
      emit: 'if-set',
    }),
    serviceAccountTokenInSecrets: boolean(10, {
      doc: 'Hand tokens over as secrets rather than volume context.',
      emit: 'if-set',
    }),
    storageCapacity: boolean(4, {
      doc: 'Look at free space when scheduling pods; false when absent.',
      assumed: false,
      emit: 'if-set',
    }),
    tokenRequests: list(6, TokenRequest, {
      doc: "Which tokens of the pod's service account the driver gets.",
      listType: 'atomic',
    }),
    volumeLifecycleModes: list(3, text, {
      doc: 'Persistent, Ephemeral or both; Persistent when absent.',
      assumed: ['Persistent'],
      listType: 'set',
    }),
  },
  { doc: 'What a CSI driver can do and needs.' },
);
export interface CSIDriverSpec extends Of<typeof CSIDriverSpec> {}

export const CSIDriver = resource(
  'io.k8s.api.storage.v1.CSIDriver',
  {
    doc: 'What a CSI driver can do.',
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
