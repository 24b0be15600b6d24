import { resource } from '../../meta/v1/resource.ts';
import { boolean, int64, list, type Of, ref, required, string, struct, text } from '../../schema/notation.ts';

export const TokenRequest = struct('io.k8s.api.storage.v1.TokenRequest', {
  audience: required(string(1, { emit: 'always' })),
  expirationSeconds: int64(2, { emit: 'if-set' }),
});
export interface TokenRequest extends Of<typeof TokenRequest> {}

export const CSIDriverSpec = struct('io.k8s.api.storage.v1.CSIDriverSpec', {
  attachRequired: boolean(1, { assumed: true, emit: 'if-set' }),
  fsGroupPolicy: string(5, { assumed: 'ReadWriteOnceWithFSType', emit: 'if-set' }),
  nodeAllocatableUpdatePeriodSeconds: int64(9, { emit: 'if-set' }),
  podInfoOnMount: boolean(2, { assumed: false, emit: 'if-set' }),
  preventPodSchedulingIfMissing: boolean(11, { emit: 'if-set' }),
  requiresRepublish: boolean(7, { assumed: false, emit: 'if-set' }),
  seLinuxMount: boolean(8, { assumed: false, emit: 'if-set' }),
  serviceAccountTokenInSecrets: boolean(10, { emit: 'if-set' }),
  storageCapacity: boolean(4, { assumed: false, emit: 'if-set' }),
  tokenRequests: list(6, TokenRequest, { listType: 'atomic' }),
  volumeLifecycleModes: list(3, text, { assumed: ['Persistent'], listType: 'set' }),
});
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
