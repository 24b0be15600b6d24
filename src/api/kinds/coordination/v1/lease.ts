import { resource } from '../../../meta/v1/resource.ts';
import { int32, microTime, type Of, ref, string, struct } from '../../../schema/notation.ts';

export const LeaseSpec = struct(
  'io.k8s.api.coordination.v1.LeaseSpec',
  {
    acquireTime: microTime(3, { doc: 'Since when the holder has it.', emit: 'if-set' }),
    holderIdentity: string(1, { doc: 'Who has it.', emit: 'if-set' }),
    leaseDurationSeconds: int32(2, { doc: 'How long after renewTime it is free again.', emit: 'if-set' }),
    leaseTransitions: int32(5, { doc: 'How often it changed hands.', emit: 'if-set' }),
    preferredHolder: string(7, { doc: 'Who should have it.', emit: 'if-set' }),
    renewTime: microTime(4, { doc: 'When the holder last renewed it.', emit: 'if-set' }),
    strategy: string(6, { doc: 'How the holder is chosen.', emit: 'if-set' }),
  },
  { doc: 'Who has it, and since when.' },
);
export interface LeaseSpec extends Of<typeof LeaseSpec> {}

export const Lease = resource(
  'io.k8s.api.coordination.v1.Lease',
  {
    doc: 'Who leads, or who is alive.',
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
