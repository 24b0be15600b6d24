// Promise: CertificateSigningRequests are deleted one hour after a decision, 24 hours after their creation if pending, and
// when their certificate has expired.

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

/** When a request is deleted, in milliseconds. */
export function endOf(request: Readonly<CertificateSigningRequest>): number {
  const { certificate } = request.status ?? {};
  const settled = ['Denied', 'Failed', ...(certificate ? ['Approved'] : [])] as const;
  const since = settled.flatMap((type) => conditionOf(request, type as 'Denied')?.lastUpdateTime ?? []);
  const ends = [
    Date.parse(request.metadata.creationTimestamp!) + DAY,
    ...since.map((time) => Date.parse(time) + HOUR),
  ];
  const expiry = certificate && expiryOf(certificate);
  return smallest([...(since.length > 0 ? ends.slice(1) : ends), ...(expiry ? [expiry] : [])]);
}

function expiryOf(certificate: string): number | undefined {
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).validToDate.getTime();
  } catch {
    // Other signers may issue something that is not an X.509 certificate.
    return undefined;
  }
}
