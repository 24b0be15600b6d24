import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, struct } from '../../../schema/notation.ts';
import { NonResourceAttributes, ResourceAttributes, SubjectAccessReviewStatus } from './access-review.ts';

export const SelfSubjectAccessReviewSpec = struct(
  'io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec',
  {
    nonResourceAttributes: ref(2, NonResourceAttributes, {
      doc: 'Request to a path that is not an API resource. Mutually exclusive with resourceAttributes.',
      emit: 'if-set',
    }),
    resourceAttributes: ref(1, ResourceAttributes, {
      doc: 'Request for an API resource. Mutually exclusive with nonResourceAttributes.',
      emit: 'if-set',
    }),
  },
  { doc: 'Request of the current user to check.' },
);
export interface SelfSubjectAccessReviewSpec extends Of<typeof SelfSubjectAccessReviewSpec> {}

export const SelfSubjectAccessReview = resource(
  'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
  {
    doc: 'Checks whether the current user can perform an action.',
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    namespaced: false,
    verbs: ['create'],
  },
  {
    spec: required(ref(2, SelfSubjectAccessReviewSpec, { emit: 'always' })),
    status: ref(3, SubjectAccessReviewStatus, { emit: 'always' }),
  },
);
export interface SelfSubjectAccessReview extends Of<typeof SelfSubjectAccessReview> {}
