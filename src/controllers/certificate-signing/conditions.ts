// Records a decision about a CertificateSigningRequest as a condition of it. Pure.
import type { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';

export type Decision = 'Approved' | 'Denied' | 'Failed';

/** The request with one more condition. */
export function withCondition(
  request: Readonly<CertificateSigningRequest>,
  type: Decision,
  reason: string,
  message: string,
  now: string,
): CertificateSigningRequest {
  const condition = { type, status: 'True', reason, message, lastUpdateTime: now, lastTransitionTime: now };
  const conditions = [...(request.status?.conditions ?? []), condition];
  return { ...request, status: { ...request.status, conditions } };
}
