// The decision about a CertificateSigningRequest, from its conditions.
import type {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
} from '../../api/kinds/certificates/v1/certificate-signing-request.ts';

export type Decision = 'Approved' | 'Denied' | 'Failed';

export const conditionOf = (
  { status }: Readonly<CertificateSigningRequest>,
  type: Decision,
): CertificateSigningRequestCondition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

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
