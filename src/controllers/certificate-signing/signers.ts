// The built-in signers and what each of them signs. The messages of refusals are upstream's. Pure.
import type { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import type { CertificateRequest } from '../../kit/x509/certificate-request.ts';

const CLIENT = 'kubernetes.io/kube-apiserver-client';
export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
export const KUBELET_SERVING = 'kubernetes.io/kubelet-serving';
const LEGACY = 'kubernetes.io/legacy-unknown';

type Check = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

const SIGNERS: Readonly<Record<string, Check>> = {
  [CLIENT]: (_, usages) => wrongClientUsage(usages),
  [KUBELET_CLIENT]: wrongKubeletClient,
  [KUBELET_SERVING]: wrongKubeletServing,
  [LEGACY]: () => undefined,
};

/** Whether the signer is built in. */
export const isOurs = ({ spec }: Readonly<CertificateSigningRequest>): boolean =>
  Object.hasOwn(SIGNERS, spec.signerName);

/** Why the signer refuses the request; undefined when it signs it. */
export const whyNot = (request: CertificateRequest, { spec }: Readonly<CertificateSigningRequest>) =>
  SIGNERS[spec.signerName]?.(request, spec.usages ?? []);

function wrongClientUsage(usages: readonly string[]): string | undefined {
  const allowed = ['digital signature', 'key encipherment', 'client auth'];
  const other = usages.find((usage) => !allowed.includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth')
    ? undefined
    : 'missing required usage for client certificate: client auth';
}

export function wrongKubeletClient(
  request: CertificateRequest,
  usages: readonly string[],
): string | undefined {
  const { counts } = request;
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (counts.dns > 0) return 'DNS subjectAltNames are not allowed';
  if (counts.email > 0) return 'Email subjectAltNames are not allowed';
  if (counts.ip > 0) return 'IP subjectAltNames are not allowed';
  if (counts.uri > 0) return 'URI subjectAltNames are not allowed';
  return wrongNodeName(request) ?? wrongUsages(usages, 'client auth');
}

export function wrongKubeletServing(
  request: CertificateRequest,
  usages: readonly string[],
): string | undefined {
  const { counts } = request;
  if (!isOfNodes(request)) return 'subject organization is not system:nodes';
  if (counts.dns + counts.ip === 0) return 'DNS or IP subjectAltName is required';
  if (counts.email > 0) return 'Email subjectAltNames are not allowed';
  if (counts.uri > 0) return 'URI subjectAltNames are not allowed';
  return wrongUsages(usages, 'server auth') ?? wrongNodeName(request);
}

const isOfNodes = ({ organizations }: CertificateRequest): boolean =>
  organizations.length === 1 && organizations[0] === 'system:nodes';

const wrongNodeName = ({ commonName }: CertificateRequest): string | undefined =>
  commonName.startsWith('system:node:') ? undefined : 'subject common name does not begin with system:node: ';

/** Key encipherment is optional, as it applies to RSA keys only. */
function wrongUsages(usages: readonly string[], purpose: string): string | undefined {
  const asked = usages.filter((usage) => usage !== 'key encipherment').sort();
  const wanted = ['digital signature', purpose].sort();
  return asked.join() === wanted.join()
    ? undefined
    : `usages did not match [${[purpose, 'digital signature', 'key encipherment'].sort().join(' ')}]`;
}
