import { resource } from '../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, string, struct } from '../../schema/notation.ts';

export const LeaseSpec = struct('io.k8s.api.coordination.v1.LeaseSpec', {
  acquireTime: microTime(3, { emit: 'if-set' }),
  holderIdentity: string(1, { emit: 'if-set' }),
  leaseDurationSeconds: int32(2, { emit: 'if-set' }),
  leaseTransitions: int32(5, { emit: 'if-set' }),
  preferredHolder: string(7, { emit: 'if-set' }),
  renewTime: microTime(4, { emit: 'if-set' }),
  strategy: string(6, { emit: 'if-set' }),
});
export interface LeaseSpec extends Of<typeof LeaseSpec> {}

export const Lease = resource(
  'io.k8s.api.coordination.v1.Lease',
  {
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    plural: 'leases',
    singular: 'lease',
    namespaced: true,
    storageVersionHash: 'gqkMMb/YqFM=',
  },
  {
    spec: ref(2, LeaseSpec, { emit: 'always' }),
  },
);
export interface Lease extends Of<typeof Lease> {}
