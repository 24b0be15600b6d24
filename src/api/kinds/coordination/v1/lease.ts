import { resource } from '../../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, string, struct } from '../../../schema/notation.ts';

export const LeaseSpec = struct(
  'io.k8s.api.coordination.v1.LeaseSpec',
  {
    acquireTime: microTime(3, {
      doc: 'Time at which the current holder acquired the lease.',
      emit: 'if-set',
    }),
    holderIdentity: string(1, { doc: 'Identity of the current holder.', emit: 'if-set' }),
    leaseDurationSeconds: int32(2, {
      doc: 'Number of seconds after renewTime before another candidate may take the lease.',
      emit: 'if-set',
    }),
    leaseTransitions: int32(5, {
      doc: 'Number of times the lease passed to another holder.',
      emit: 'if-set',
    }),
    preferredHolder: string(7, {
      doc: 'Identity of a candidate that should become the holder.',
      emit: 'if-set',
    }),
    renewTime: microTime(4, { doc: 'Last time the current holder renewed the lease.', emit: 'if-set' }),
    strategy: string(6, { doc: 'How the holder is chosen in coordinated leader election.', emit: 'if-set' }),
  },
  { doc: 'Holder and duration of the lease.' },
);
export interface LeaseSpec extends Of<typeof LeaseSpec> {}

export const Lease = resource(
  'io.k8s.api.coordination.v1.Lease',
  {
    doc: 'Lease that is held by one process at a time, used for leader election and node heartbeats.',
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
