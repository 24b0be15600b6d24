// The authentication API's reviews: TokenReview (whose token is this?) and SelfSubjectReview (who am I?).
// Called by virtual/reviews.ts.
import type { SelfSubjectReviewStatus } from '../../api/kinds/authentication/v1/self-subject-review.ts';
import type { TokenReviewSpec, TokenReviewStatus } from '../../api/kinds/authentication/v1/token-review.ts';
import type { UserInfo } from '../../api/kinds/authentication/v1/user-info.ts';
import { badRequest } from '../../api/status/status-error.ts';
import type { User } from '../request.ts';
import type { Authenticator } from './authenticator.ts';

/** TokenReview. */
export async function reviewToken(
  authenticator: Authenticator,
  { token, audiences }: TokenReviewSpec,
): Promise<TokenReviewStatus> {
  if (!token) throw badRequest('token is required for TokenReview in authentication');
  const wanted = audiences?.length ? audiences : authenticator.audiences;
  const errors: Error[] = [];
  const found = await authenticator.token(token, wanted, errors);
  if (!found)
    return { user: {}, error: joined(errors.map(({ message }) => message)) ?? 'invalid bearer token' };
  return { authenticated: true, user: userInfo(found.user), audiences: [...found.audiences] };
}

/** As upstream joins errors. */
const joined = (errors: readonly string[]): string | undefined =>
  errors.length > 1 ? `[${[...new Set(errors)].join(', ')}]` : errors[0];

/** SelfSubjectReview. */
export const reviewSelf = (user: User): SelfSubjectReviewStatus => ({ userInfo: userInfo(user) });

export const userInfo = ({ name, uid, groups, extra }: User): UserInfo => ({
  username: name,
  ...(uid && { uid }),
  ...(groups.length > 0 && { groups: [...groups] }),
  ...(extra && {
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
  }),
});
