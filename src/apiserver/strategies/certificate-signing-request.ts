// CertificateSigningRequests: the requesting user is recorded by the server, the spec never changes, and conditions
// Approved and Denied are set through /approval only. Upstream: pkg/registry/certificates/certificates/strategy.go.
import type { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { PEER_ADDRESS } from '../../api/nodes/serving-addresses.ts';
import {
  approvalErrors,
  signingErrors,
} from '../../api/validation/certificates/certificate-signing-request.ts';
import type { Strategy } from '../registry/strategy.ts';

type Request = CertificateSigningRequest;

export const certificateSigningRequestStrategy: Strategy<Request> = {
  prepareCreate({ spec }, { user, peerAddress }) {
    spec.username = user.name;
    spec.groups = [...user.groups];
    if (user.uid) spec.uid = user.uid;
    else delete spec.uid;
    const extra = { ...user.extra, [PEER_ADDRESS]: peerAddress ? [peerAddress.replace(/^::ffff:/, '')] : [] };
    const said = Object.entries(extra).filter(([key, values]) => key !== PEER_ADDRESS || values.length > 0);
    if (said.length > 0) spec.extra = Object.fromEntries(said.map(([key, values]) => [key, [...values]]));
    else delete spec.extra;
  },
  prepareUpdate(request, old) {
    request.spec = old.spec;
  },
  subresources: {
    status: {
      prepare(request, old, { now }) {
        request.spec = old.spec;
        for (const type of ['Approved', 'Denied']) preserve(request, old, type);
        stamp(request, old, now);
      },
      validate: signingErrors,
    },
    approval: {
      prepare(request, old, { now }) {
        stamp(request, old, now);
        request.spec = old.spec;
        request.status = { ...old.status, conditions: request.status?.conditions ?? [] };
      },
      validate: approvalErrors,
    },
  },
};

/** Keeps the stored conditions of the type, unless the request has more or fewer: then validation refuses it. */
function preserve(request: Request, old: Request, type: string): void {
  const stored = old.status?.conditions?.filter((one) => one.type === type) ?? [];
  const sent = request.status?.conditions ?? [];
  if (sent.filter((one) => one.type === type).length !== stored.length || stored.length === 0) return;
  const next = stored.values();
  request.status!.conditions = sent.map((one) => (one.type === type ? next.next().value! : one));
}

/** A condition keeps its transition time while its status stays the same. */
function stamp({ status }: Request, old: Request, now: string): void {
  if (!status?.conditions) return;
  status.conditions = status.conditions.map((condition) => {
    const before = old.status?.conditions?.find(
      (one) => one.type === condition.type && one.status === condition.status,
    );
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now,
    };
  });
}
