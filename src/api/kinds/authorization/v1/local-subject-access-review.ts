import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required } from '../../../schema/notation.ts';
import { SubjectAccessReviewSpec, SubjectAccessReviewStatus } from './access-review.ts';

export const LocalSubjectAccessReview = resource(
  'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
  {
    doc: 'Checks whether a user or group can perform an action in a namespace.',
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'LocalSubjectAccessReview',
    plural: 'localsubjectaccessreviews',
    singular: 'localsubjectaccessreview',
    namespaced: true,
    verbs: ['create'],
  },
  {
    spec: required(ref(2, SubjectAccessReviewSpec, { emit: 'always' })),
    status: ref(3, SubjectAccessReviewStatus, { emit: 'always' }),
  },
);
export interface LocalSubjectAccessReview extends Of<typeof LocalSubjectAccessReview> {}
