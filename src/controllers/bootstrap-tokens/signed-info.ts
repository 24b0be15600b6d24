// The data of cluster-info with its signatures: detached JSON Web Signatures (RFC 7515, appendix F) by the tokens. Pure.
// Upstream: staging/src/k8s.io/cluster-bootstrap/token/jws.
import { createHmac } from 'node:crypto';
import type { TokenText } from '../../api/tokens/bootstrap-token.ts';

/** Before the token's id. */
export const SIGNATURE_PREFIX = 'jws-kubeconfig-';

/** Undefined if there is nothing to sign. */
export function signedInfo(
  data: Readonly<Record<string, string>>,
  tokens: readonly TokenText[],
): Record<string, string> | undefined {
  const { kubeconfig } = data;
  if (kubeconfig === undefined) return undefined;
  const rest = Object.entries(data).filter(([key]) => !key.startsWith(SIGNATURE_PREFIX));
  const signatures = tokens.map((token) => [
    `${SIGNATURE_PREFIX}${token.id}`,
    signatureOf(kubeconfig, token),
  ]);
  return Object.fromEntries([...rest, ...signatures]);
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');

/** What the key of the token's id holds. */
export function signatureOf(content: string, { id, secret }: TokenText): string {
  const header = encode(JSON.stringify({ alg: 'HS256', kid: id }));
  const mac = createHmac('sha256', secret)
    .update(`${header}.${encode(content)}`)
    .digest('base64url');
  return `${header}..${mac}`;
}
