// Reviews of the authentication and authorization APIs: authn/ and authz/ compute their status on create; none is stored.
// Called by assemble.ts.
import { normalize } from '../../api/codec/normalize.ts';
import { SelfSubjectReview } from '../../api/kinds/authentication/v1/self-subject-review.ts';
import { TokenReview } from '../../api/kinds/authentication/v1/token-review.ts';
import { LocalSubjectAccessReview } from '../../api/kinds/authorization/v1/local-subject-access-review.ts';
import { SelfSubjectAccessReview } from '../../api/kinds/authorization/v1/self-subject-access-review.ts';
import { SelfSubjectRulesReview } from '../../api/kinds/authorization/v1/self-subject-rules-review.ts';
import { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import type { Authenticator } from '../authn/authenticator.ts';
import { reviewSelf, reviewToken } from '../authn/reviews.ts';
import type { Authorizer } from '../authz/attributes.ts';
import type { Rbac } from '../authz/rbac.ts';
import { reviewAccess, reviewLocalAccess, reviewOwnAccess, reviewOwnRules } from '../authz/reviews.ts';
import type { Resource } from '../registry/resource.ts';
import { VirtualResource, virtualItem } from '../registry/virtual-resource.ts';
import type { WriteContext } from '../registry/write-context.ts';

export interface ReviewOptions {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly rbac: Rbac;
}

export const reviews = ({ authenticator, authorizer, rbac }: ReviewOptions): Resource[] => [
  review(TokenReview, ({ spec }) => reviewToken(authenticator, spec ?? {})),
  review(SelfSubjectReview, (_, { user }) => reviewSelf(user)),
  review(SubjectAccessReview, ({ spec }) => reviewAccess(authorizer, spec ?? {})),
  review(SelfSubjectAccessReview, ({ spec }, { user }) => reviewOwnAccess(authorizer, user, spec ?? {})),
  review(LocalSubjectAccessReview, ({ spec }, { namespace }) =>
    reviewLocalAccess(authorizer, namespace, spec ?? {}),
  ),
  review(SelfSubjectRulesReview, ({ spec }, { user }) => reviewOwnRules(rbac, user, spec?.namespace ?? '')),
];

function review<K extends AnyResource>(
  kind: K,
  statusOf: (requested: ObjectOf<K>, write: WriteContext) => object,
): Resource {
  return new VirtualResource<ObjectOf<K> & KubeObject>(kind, {
    async create(requested, write) {
      return virtualItem(normalize(kind, { ...requested, status: statusOf(requested, write) }));
    },
  });
}
