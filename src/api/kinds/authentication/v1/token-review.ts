import { resource } from '../../../meta/v1/resource.ts';
import { boolean, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { UserInfo } from './user-info.ts';

export const TokenReviewSpec = struct(
  'io.k8s.api.authentication.v1.TokenReviewSpec',
  {
    audiences: list(2, text, {
      doc: 'Audiences that the token must be intended for. Defaults to the audience of the API server.',
      listType: 'atomic',
    }),
    token: required(string(1, { doc: 'Bearer token to validate.' })),
  },
  { doc: 'Token to validate, and its expected audiences.' },
);
export interface TokenReviewSpec extends Of<typeof TokenReviewSpec> {}

export const TokenReviewStatus = struct(
  'io.k8s.api.authentication.v1.TokenReviewStatus',
  {
    audiences: list(4, text, {
      doc: 'Requested audiences that the token is intended for.',
      listType: 'atomic',
    }),
    authenticated: boolean(1, { doc: 'Whether the token belongs to a known user.' }),
    error: string(3, { doc: 'Reason why the token could not be checked.' }),
    user: ref(2, UserInfo, { doc: 'User that the token belongs to.', emit: 'always' }),
  },
  { doc: 'Result of the validation.' },
);
export interface TokenReviewStatus extends Of<typeof TokenReviewStatus> {}

export const TokenReview = resource(
  'io.k8s.api.authentication.v1.TokenReview',
  {
    doc: 'Determines whether a token is valid, and which user it belongs to.',
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
