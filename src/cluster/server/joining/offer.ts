// Lets one more machine become a server, for two hours: a bootstrap token, and a Secret with what a server needs, encrypted, which only
// this token may read. Both go when the token expires. Called by `tiphys server token`.
import type { X509Certificate } from 'node:crypto';
import { Secret } from '../../../api/kinds/core/v1/secret.ts';
import { Role } from '../../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';
import { secretNameOf, TOKEN_NAMESPACE } from '../../../api/tokens/bootstrap-token.ts';
import type { Client } from '../../../client/client.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Random } from '../../../kit/random.ts';
import { caHashOf } from '../../join/ca-hash.ts';
import { createToken } from '../../join/token-service.ts';
import { newToken, textOf, tokenSecret } from '../../join/tokens.ts';
import { type Bundle, newCertificateKey, seal } from './bundle.ts';

/** Milliseconds, as kubeadm's Secret lives. */
export const OFFER_TTL = 2 * 3_600_000;

const RBAC = 'rbac.authorization.k8s.io';

export const bundleName = (tokenId: string): string => `tiphys-server-${tokenId}`;

export interface Offer {
  readonly token: string;
  readonly certificateKey: string;
  readonly caHash: string;
}

export interface OfferOptions {
  readonly client: Client;
  readonly bundle: Bundle;
  readonly ca: X509Certificate;
  /** Milliseconds. */
  readonly ttl: number;
  readonly clock: Clock;
  readonly random: Random;
}

export async function offerServer({ client, bundle, ca, ttl, clock, random }: OfferOptions): Promise<Offer> {
  const token = newToken(random);
  const certificateKey = newCertificateKey(random);
  const options = { ttl, usages: ['signing', 'authentication'], groups: [], description: 'Joins a server.' };
  await createToken(client, tokenSecret(token, options, clock.now()));
  const owner = await client.get(Secret, secretNameOf(token.id), TOKEN_NAMESPACE);
  const name = bundleName(token.id);
  const metadata = {
    name,
    namespace: TOKEN_NAMESPACE,
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Secret', name: owner.metadata.name!, uid: owner.metadata.uid! },
    ],
  };
  await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: { bundle: seal(bundle, certificateKey, random).toString('base64') },
  });
  await client.create(Role, {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [name], verbs: ['get'] }],
  });
  await client.create(RoleBinding, {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'Role', name },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: `system:bootstrap:${token.id}` }],
  });
  return { token: textOf(token), certificateKey, caHash: caHashOf(ca) };
}
