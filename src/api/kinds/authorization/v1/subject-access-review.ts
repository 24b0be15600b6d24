import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required } from '../../../schema/notation.ts';
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './access-review.ts';

export const SubjectAccessReview = resource(
  'io.k8s.api.authorization.v1.SubjectAccessReview',
  {
    doc: 'Checks whether a user or group can perform an action.',
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SubjectAccessReview',
    plural: 'subjectaccessreviews',
    singular: 'subjectaccessreview',
    namespaced: false,
    verbs: ['create'],
  },
  {
    spec: required(ref(2, SubjectAccessReviewSpec, { emit: 'always' })),
    status: ref(3, SubjectAccessReviewStatus, { emit: 'always' }),
  },
);
export interface SubjectAccessReview extends Of<typeof SubjectAccessReview> {}
