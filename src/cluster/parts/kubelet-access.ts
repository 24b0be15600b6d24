// How a kubelet decides who may call it: it asks the API server, as upstream's kubelet does in Webhook mode.
import { TokenReview } from '../../api/kinds/authentication/v1/token-review.ts';
import { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import type { Client } from '../../client/client.ts';
import type { KubeletAttributes } from '../../kubelet/server/attributes.ts';
import type { TokenAuthenticator } from '../../kubelet/server/authenticate.ts';

export interface KubeletAccess {
  readonly authorize: (attributes: KubeletAttributes) => Promise<boolean>;
  readonly authenticateToken: TokenAuthenticator;
}

export function kubeletAccess(client: Client): KubeletAccess {
  return {
    authorize: async ({ user, ...attributes }) => {
      const review = await client.create(SubjectAccessReview, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: {},
        spec: { user: user.name, groups: [...user.groups], resourceAttributes: attributes },
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
      return user && { name: user.username ?? '', groups: user.groups ?? [] };
    },
  };
}
