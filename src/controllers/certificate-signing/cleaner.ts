// Promise: CertificateSigningRequests are deleted one hour after they were issued, denied or failed, 24 hours after their approval if no
// certificate was issued, 24 hours after their creation if pending, and when their certificate has expired.
// Upstream: pkg/controller/certificates/cleaner, which looks once an hour.

import { X509Certificate } from 'node:crypto';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { smallest } from '../../kit/lists.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function createCertificateCleaner({ client, informers, clock }: ControllerContext): Controller {
  const requests = informers.informer(CertificateSigningRequest);
  return {
    name: 'certificatesigningrequest-cleaner-controller',
    workers: 1,
    watches: [watch(requests, (request) => [nameOf(request)])],
    reconcile: async (name) => {
      const request = requests.lister.get(name);
      if (!request) return undefined;
      const left = endOf(request) - clock.now();
      if (left === Number.POSITIVE_INFINITY) return undefined;
      if (left > 0) return { requeueAfter: left };
      const preconditions = { uid: request.metadata.uid! };
      await client
        .delete(CertificateSigningRequest, name, undefined, { preconditions })
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
      return undefined;
    },
  };
}

/** When a request is deleted, in milliseconds; Infinity when only somebody else does. */
export function endOf(request: Readonly<CertificateSigningRequest>): number {
  const { certificate, conditions = [] } = request.status ?? {};
  if (conditions.length === 0) return Date.parse(request.metadata.creationTimestamp!) + DAY;
  const after = (type: 'Approved' | 'Denied' | 'Failed', ms: number): number[] => {
    const since = conditionOf(request, type)?.lastUpdateTime;
    return since ? [Date.parse(since) + ms] : [];
  };
  const expiry = certificate && conditionOf(request, 'Approved') && expiryOf(certificate);
  return smallest([
    ...after('Denied', HOUR),
    ...after('Failed', HOUR),
    ...after('Approved', certificate ? HOUR : DAY),
    ...(expiry ? [expiry] : []),
  ]);
}

function expiryOf(certificate: string): number | undefined {
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).validToDate.getTime();
  } catch {
    // Other signers may issue something that is not an X.509 certificate.
    return undefined;
  }
}
