// Service account tokens in the checks' own namespace.
import type { Cluster } from '../cluster.ts';

/** Creates a service account and a token for it. */
export async function createToken(cluster: Cluster, account: string): Promise<string> {
  const path = `/api/v1/namespaces/${cluster.namespace}/serviceaccounts`;
  await cluster.admin({ method: 'POST', path, body: { metadata: { name: account } } });
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { text, body: made } = await cluster.admin({
    method: 'POST',
    path: `${path}/${account}/token`,
    body,
  });
  if (!made?.status?.token) throw new Error(text);
  return made.status.token;
}

/** Whether the API server accepts the token. */
export async function review(cluster: Cluster, token: string): Promise<boolean> {
  const { body } = await cluster.admin({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
  });
  return body.status.authenticated === true;
}
