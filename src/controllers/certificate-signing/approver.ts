// Promise: a kubelet's request for its own client certificate is approved if a SubjectAccessReview allows it, also when the right is
// given later. Upstream: pkg/controller/certificates/approver.
import { SubjectAccessReview } from '../../api/kinds/authorization/v1/subject-access-review.ts';
import { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { Backoff } from '../../kit/backoff.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { type CertificateRequest, readCertificateRequest } from '../../kit/x509/certificate-request.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { withCondition } from './conditions.ts';
import { KUBELET_CLIENT, wrongKubeletClient } from './signers.ts';

/** As upstream's queue of certificate requests. */
const RETRIES = { base: 200, cap: 1_000_000 };

export function createCertificateApprover(context: ControllerContext): Controller {
  const requests = context.informers.informer(CertificateSigningRequest);
  const retries = new Backoff<string>(RETRIES);
  return {
    name: 'certificatesigningrequest-approving-controller',
    workers: 1,
    watches: [watch(requests, (request) => [nameOf(request)])],
    reconcile: async (name) => {
      const request = requests.lister.get(name);
      const asked = request && isOpen(request) ? kubeletRequest(request) : undefined;
      if (!request || !asked) {
        retries.forget(name);
        return undefined;
      }
      const message = await approvalOf(context, request, asked);
      // No failure to be logged: somebody without the right has asked.
      if (!message) return { requeueAfter: retries.next(name) };
      const approved = withCondition(
        request,
        'Approved',
        'AutoApproved',
        message,
        rfc3339(context.clock.now()),
      );
      await context.client.update(CertificateSigningRequest, approved, { subresource: 'approval' });
      return undefined;
    },
  };
}

const isOpen = (request: Readonly<CertificateSigningRequest>): boolean =>
  !request.status?.certificate && !conditionOf(request, 'Approved') && !conditionOf(request, 'Denied');

/** The approval's message; undefined when the right for it is missing. */
async function approvalOf(
  context: ControllerContext,
  request: Readonly<CertificateSigningRequest>,
  asked: CertificateRequest,
): Promise<string | undefined> {
  const own = request.spec.username === asked.commonName;
  if (own && (await mayCreate(context, request, 'selfnodeclient')))
    return 'Auto approving self kubelet client certificate after SubjectAccessReview.';
  if (await mayCreate(context, request, 'nodeclient'))
    return 'Auto approving kubelet client certificate after SubjectAccessReview.';
  return undefined;
}

function kubeletRequest({ spec }: Readonly<CertificateSigningRequest>): CertificateRequest | undefined {
  if (spec.signerName !== KUBELET_CLIENT) return undefined;
  try {
    const request = readCertificateRequest(Buffer.from(spec.request, 'base64').toString());
    return wrongKubeletClient(request, spec.usages ?? []) ? undefined : request;
  } catch {
    // An unreadable request is left to administrators.
    return undefined;
  }
}

async function mayCreate(
  { client }: ControllerContext,
  { spec }: Readonly<CertificateSigningRequest>,
  subresource: string,
): Promise<boolean> {
  const { username, uid, groups, extra } = spec;
  const review = await client.create(SubjectAccessReview, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: {
      ...(username && { user: username }),
      ...(uid && { uid }),
      ...(groups && { groups }),
      ...(extra && { extra }),
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  });
  return review.status?.allowed ?? false;
}
