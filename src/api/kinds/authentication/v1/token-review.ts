import { resource } from '../../../meta/v1/resource.ts';
import { boolean, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { UserInfo } from './user-info.ts';

export const TokenReviewSpec = struct(
  'io.k8s.api.authentication.v1.TokenReviewSpec',
  {
    audiences: list(2, text, {
      doc: 'For whom the token should be meant; the API server when absent.',
      listType: 'atomic',
    }),
    token: required(string(1, { doc: 'The token to check.' })),
  },
  { doc: 'Which token to check.' },
);
export interface TokenReviewSpec extends Of<typeof TokenReviewSpec> {}

export const TokenReviewStatus = struct(
  'io.k8s.api.authentication.v1.TokenReviewStatus',
  {
    audiences: list(4, text, {
      doc: 'The audiences asked for that the token is meant for.',
      listType: 'atomic',
    }),
    authenticated: boolean(1, { doc: 'Whether the token is good.' }),
    error: string(3, { doc: 'Why the token could not be checked.' }),
    user: ref(2, UserInfo, { doc: 'Whose token it is.', emit: 'always' }),
  },
  { doc: 'What the check found.' },
);
export interface TokenReviewStatus extends Of<typeof TokenReviewStatus> {}

export const TokenReview = resource(
  'io.k8s.api.authentication.v1.TokenReview',
  {
    doc: 'Whose token is this?',
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'TokenReview',
    plural: 'tokenreviews',
    singular: 'tokenreview',
    namespaced: false,
    verbs: ['create'],
  },
  {
    spec: required(ref(2, TokenReviewSpec, { emit: 'always' })),
    status: ref(3, TokenReviewStatus, { emit: 'always' }),
  },
);
export interface TokenReview extends Of<typeof TokenReview> {}
