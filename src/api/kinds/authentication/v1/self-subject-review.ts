import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, struct } from '../../../schema/notation.ts';
import { UserInfo } from './user-info.ts';

export const SelfSubjectReviewStatus = struct(
  'io.k8s.api.authentication.v1.SelfSubjectReviewStatus',
  {
    userInfo: ref(1, UserInfo, { doc: 'Who the server takes the asker for.', emit: 'always' }),
  },
  { doc: 'Who asked.' },
);
export interface SelfSubjectReviewStatus extends Of<typeof SelfSubjectReviewStatus> {}

export const SelfSubjectReview = resource(
  'io.k8s.api.authentication.v1.SelfSubjectReview',
  {
    doc: 'Who am I?',
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
