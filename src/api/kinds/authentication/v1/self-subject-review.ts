import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, struct } from '../../../schema/notation.ts';
import { UserInfo } from './user-info.ts';

export const SelfSubjectReviewStatus = struct(
  'io.k8s.api.authentication.v1.SelfSubjectReviewStatus',
  {
    userInfo: ref(1, UserInfo, { doc: 'User information of the requesting user.', emit: 'always' }),
  },
  { doc: 'User information of the requesting user.' },
);
export interface SelfSubjectReviewStatus extends Of<typeof SelfSubjectReviewStatus> {}

export const SelfSubjectReview = resource(
  'io.k8s.api.authentication.v1.SelfSubjectReview',
  {
    doc: 'Returns the user information that the API server has for the requesting user.',
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    singular: 'selfsubjectreview',
    namespaced: false,
    verbs: ['create'],
  },
  {
    status: ref(2, SelfSubjectReviewStatus, { emit: 'always' }),
  },
);
export interface SelfSubjectReview extends Of<typeof SelfSubjectReview> {}
