// Rights on signers of certificates: a verb on the signer, or on all signers of its domain.
// Upstream: pkg/certauthorization.
import { type LocalAuthorizer, resourceAttributes } from '../../authz/attributes.ts';
import type { User } from '../../request.ts';

export function maySigner(
  authorizer: LocalAuthorizer,
  user: User,
  verb: 'approve' | 'attest' | 'sign',
  signer: string,
): boolean {
  const [domain] = signer.split('/', 1);
  return [signer, `${domain}/*`].some((name) => {
    const asked = resourceAttributes({ verb, group: 'certificates.k8s.io', resource: 'signers', name });
    return authorizer.authorize(user, asked).allowed;
  });
}
