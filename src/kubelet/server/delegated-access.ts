// Delegated authentication and authorization of the kubelet's server: bearer tokens by TokenReview, every request by
// SubjectAccessReview, as upstream's kubelet does in Webhook mode. Needs only a client with the node's own rights.
import { TokenReview } from '../../api/kinds/authentication/v1/token-review.ts';
import { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import type { Client } from '../../client/client.ts';
import type { KubeletAttributes, KubeletUser } from './attributes.ts';
import type { TokenAuthenticator } from './authenticate.ts';

export interface DelegatedAccess {
  readonly authorize: (attributes: KubeletAttributes) => Promise<boolean>;
  readonly authenticateToken: TokenAuthenticator;
}

export function delegatedAccess(client: Pick<Client, 'create'>): DelegatedAccess {
  return {
    authorize: async ({ user, verb, resource, subresource, name }) => {
      const review = await client.create(SubjectAccessReview, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: {},
        spec: {
          ...subjectOf(user),
          resourceAttributes: { verb, version: 'v1', resource, subresource, name },
        },
      });
      return review.status?.allowed === true;
    },
    authenticateToken: async (token) => {
      const review = await client.create(TokenReview, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        metadata: {},
        spec: { token },
      });
      const user = review.status?.authenticated ? review.status.user : undefined;
      if (!user) return undefined;
      const { username = '', uid, groups = [], extra } = user;
      return { name: username, groups, ...(uid && { uid }), ...(extra && { extra }) };
    },
  };
}

/** Authorizers may decide by uid and extra as well, so all that is known of the caller is passed on. */
const subjectOf = ({ name, uid, groups, extra }: KubeletUser) => ({
  user: name,
  groups: [...groups],
  ...(uid && { uid }),
  ...(extra && {
    extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])),
  }),
});
