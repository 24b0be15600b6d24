// The kinds that ask about identity and rights: decoded, answered by authn/ and authz/, sent back with a status.

import type { TokenReview } from '../../api/kinds/authentication/v1/token-review.ts';
import type { LocalSubjectAccessReview } from '../../api/kinds/authorization/v1/local-subject-access-review.ts';
import type { SelfSubjectAccessReview } from '../../api/kinds/authorization/v1/self-subject-access-review.ts';
import type { SelfSubjectRulesReview } from '../../api/kinds/authorization/v1/self-subject-rules-review.ts';
import type { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import type { Authenticator } from '../authn/authenticator.ts';
import { reviewSelf, reviewToken } from '../authn/reviews.ts';
import type { Authorizer } from '../authz/attributes.ts';
import type { Rbac } from '../authz/rbac.ts';
import { reviewAccess, reviewLocalAccess, reviewOwnAccess, reviewOwnRules } from '../authz/reviews.ts';
import { stored } from '../registry/rules.ts';
import type { AnyObject } from '../registry/strategy.ts';
import { jsonAnswer } from './answers/answers.ts';
import { decodeObject } from './body.ts';
import type { Call, PassingHandler, PassingHandlers } from './context.ts';

export interface ReviewParts {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly rbac: Rbac;
}

export function reviewHandlers({ authenticator, authorizer, rbac }: ReviewParts): PassingHandlers {
  return {
    'authentication.k8s.io/tokenreviews': review<TokenReview>(({ spec }) => reviewToken(authenticator, spec)),
    'authentication.k8s.io/selfsubjectreviews': review((_, { user }) => reviewSelf(user)),
    'authorization.k8s.io/subjectaccessreviews': review<SubjectAccessReview>(({ spec }) =>
      reviewAccess(authorizer, spec),
    ),
    'authorization.k8s.io/selfsubjectaccessreviews': review<SelfSubjectAccessReview>(({ spec }, { user }) =>
      reviewOwnAccess(authorizer, user, spec),
    ),
    'authorization.k8s.io/localsubjectaccessreviews': review<LocalSubjectAccessReview>(({ spec }, { info }) =>
      reviewLocalAccess(authorizer, info.namespace, spec),
    ),
    'authorization.k8s.io/selfsubjectrulesreviews': review<SelfSubjectRulesReview>(({ spec }, { user }) =>
      reviewOwnRules(rbac, user, spec.namespace ?? ''),
    ),
  };
}

function review<T>(statusOf: (asked: T & { spec: object }, call: Call) => object): PassingHandler {
  return async (call, kind) => {
    const object = decodeObject<AnyObject>(call, kind, await call.request.body());
    const asked = { ...object, spec: object.spec ?? {} };
    const status = statusOf(asked as unknown as T & { spec: object }, call);
    return jsonAnswer(201, stored(kind, { ...object, status } as AnyObject));
  };
}
