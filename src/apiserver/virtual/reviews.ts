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
import { reviewAccess, reviewLocalAccess, reviewOwnAccess, reviewOwnRules } from '../authz/reviews.ts';
import type { Admission } from '../registry/admission.ts';
import type { Resource } from '../registry/resource.ts';
import { VirtualResource, virtualItem } from '../registry/virtual-resource.ts';
import type { WriteContext } from '../registry/write-context.ts';

export interface ReviewOptions {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly admission: Admission;
}

export const reviews = ({ authenticator, authorizer, admission }: ReviewOptions): Resource[] => {
  const review = <K extends AnyResource>(kind: K, statusOf: StatusOf<K>) =>
    virtualReview(kind, statusOf, admission);
  return [
    review(TokenReview, ({ spec }) => reviewToken(authenticator, spec ?? {})),
    review(SelfSubjectReview, (_, { user }) => reviewSelf(user)),
    review(SubjectAccessReview, ({ spec }) => reviewAccess(authorizer, spec ?? {})),
    review(SelfSubjectAccessReview, ({ spec }, { user }) => reviewOwnAccess(authorizer, user, spec ?? {})),
    review(LocalSubjectAccessReview, ({ spec }, { namespace }) =>
      reviewLocalAccess(authorizer, namespace, spec ?? {}),
    ),
    review(SelfSubjectRulesReview, ({ spec }, { user }) =>
      reviewOwnRules(authorizer, user, spec?.namespace ?? ''),
    ),
  ];
};

type StatusOf<K extends AnyResource> = (
  requested: ObjectOf<K>,
  write: WriteContext,
) => object | Promise<object>;

function virtualReview<K extends AnyResource>(
  kind: K,
  statusOf: StatusOf<K>,
  admission: Admission,
): Resource {
  return new VirtualResource<ObjectOf<K> & KubeObject>(
    kind,
    {
      async create(requested, write) {
        return virtualItem(normalize(kind, { ...requested, status: await statusOf(requested, write) }));
      },
    },
    admission,
  );
}
