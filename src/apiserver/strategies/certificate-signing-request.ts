// CertificateSigningRequests: the requesting user is recorded by the server, the spec never changes, and conditions
// Approved and Denied are set through /approval only. Upstream: pkg/registry/certificates/certificates/strategy.go.
import type { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import type { Strategy } from '../registry/strategy.ts';

const isDecision = ({ type }: { readonly type: string }): boolean => type === 'Approved' || type === 'Denied';

export const certificateSigningRequestStrategy: Strategy<CertificateSigningRequest> = {
  prepareCreate({ spec }, { user }) {
    spec.username = user.name;
    spec.groups = [...user.groups];
    if (user.uid) spec.uid = user.uid;
    else delete spec.uid;
    if (user.extra)
      spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]));
    else delete spec.extra;
  },
  prepareUpdate(request, old) {
    request.spec = old.spec;
  },
  prepareStatus(request, old) {
    const decided = old.status?.conditions?.filter(isDecision) ?? [];
    const others = request.status?.conditions?.filter((condition) => !isDecision(condition)) ?? [];
    request.status = { ...request.status, conditions: [...decided, ...others] };
  },
  subresources: {
    approval: {
      prepare(request, old, { now }) {
        const conditions = (request.status?.conditions ?? []).map((condition) => ({
          ...condition,
          lastUpdateTime: condition.lastUpdateTime ?? now,
          lastTransitionTime: condition.lastTransitionTime ?? now,
        }));
        request.spec = old.spec;
        request.status = { ...old.status, conditions };
      },
    },
  },
};
