// The condition that `certificate approve` and `deny` add to a request. Pure; called by the commands beside it.
import type { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { goQuote } from '../../text/quote.ts';

export interface Decision {
  readonly type: 'Approved' | 'Denied';
  readonly reason: string;
  readonly message: string;
}

export const APPROVE: Decision = {
  type: 'Approved',
  reason: 'KubectlApprove',
  message: 'This CSR was approved by kubectl certificate approve.',
};

export const DENY: Decision = {
  type: 'Denied',
  reason: 'KubectlDeny',
  message: 'This CSR was denied by kubectl certificate deny.',
};

/** Undefined when the request has the condition already. `now` is the API's Time. */
export function decided(
  request: CertificateSigningRequest,
  { type, reason, message }: Decision,
  now: string,
): CertificateSigningRequest | undefined {
  const conditions = request.status?.conditions ?? [];
  for (const condition of conditions) {
    if (condition.type === type) return undefined;
    if (condition.type === 'Approved' || condition.type === 'Denied')
      throw new Error(
        `certificate signing request ${goQuote(request.metadata.name ?? '')} is already ${condition.type}`,
      );
  }
  const added = { type, status: 'True', reason, message, lastUpdateTime: now };
  return { ...request, status: { ...request.status, conditions: [...conditions, added] } };
}
