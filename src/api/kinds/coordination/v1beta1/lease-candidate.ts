import { resource } from '../../../meta/v1/resource.ts';
import { microTime, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const LeaseCandidateSpec = struct(
  'io.k8s.api.coordination.v1beta1.LeaseCandidateSpec',
  {
    binaryVersion: required(
      string(4, { doc: 'Version of the binary, as a semantic version without a leading v.', emit: 'always' }),
    ),
    emulationVersion: string(5, {
      doc: 'Version that the binary emulates, at most binaryVersion. Required for OldestEmulationVersion.',
    }),
    leaseName: required(
      string(1, { doc: 'Name of the Lease that the candidate wants to hold. Immutable.', emit: 'always' }),
    ),
    pingTime: microTime(2, {
      doc: 'Last time the server asked the candidate to renew, which it answers by setting renewTime.',
      emit: 'if-set',
    }),
    renewTime: microTime(3, { doc: 'Last time the candidate renewed.', emit: 'if-set' }),
    strategy: required(string(6, { doc: 'How the holder is chosen among the candidates of the Lease.' })),
  },
  { doc: 'Lease and versions of the candidate.' },
);

export const LeaseCandidate = resource(
  'io.k8s.api.coordination.v1beta1.LeaseCandidate',
  {
    doc: 'Candidate for a Lease in coordinated leader election.',
    group: 'coordination.k8s.io',
    version: 'v1beta1',
    kind: 'LeaseCandidate',
    plural: 'leasecandidates',
    singular: 'leasecandidate',
    namespaced: true,
    storageVersionHash: 'lvME0iHWE20=',
  },
  {
    spec: required(ref(2, LeaseCandidateSpec, { emit: 'always' })),
  },
);
export interface LeaseCandidate extends Of<typeof LeaseCandidate> {}
