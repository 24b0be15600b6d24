// Strategies of a few lines each.

import type { Job } from '../../api/kinds/batch/v1/job.ts';
import type { CertificateSigningRequest } from '../../api/kinds/certificates/v1/certificate-signing-request.ts';
import type { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { AnyObject, Strategy } from '../registry/strategy.ts';

/** Events are forgotten after an hour. */
export const eventStrategy: Strategy = { ttlSeconds: 3600 };

/** A kubelet registers its node with a status. */
export const nodeStrategy: Strategy = { keepsStatusOnCreate: true };

const pending = (object: AnyObject) => {
  object.status = { phase: 'Pending' };
};
export const claimStrategy: Strategy = { prepareCreate: pending };
export const volumeStrategy: Strategy = { prepareCreate: pending };

/** stringData is written, never read: it ends in data. */
function encodeText(object: AnyObject): void {
  const secret = object as unknown as Secret;
  if (!secret.stringData) return;
  const data = { ...secret.data };
  for (const [key, value] of Object.entries(secret.stringData))
    data[key] = Buffer.from(value).toString('base64');
  secret.data = data;
  delete secret.stringData;
}
export const secretStrategy: Strategy = { prepareCreate: encodeText, prepareUpdate: encodeText };

/** A job selects its pods by its own uid, unless told to use another selector. */
export const jobStrategy: Strategy = {
  prepareCreate(object) {
    const { spec, metadata } = object as unknown as Job;
    if (!spec?.template || spec.manualSelector) return;
    const { uid, name } = metadata;
    const labels = {
      'controller-uid': uid!,
      'job-name': name!,
      'batch.kubernetes.io/controller-uid': uid!,
      'batch.kubernetes.io/job-name': name!,
    };
    spec.template.metadata = {
      ...spec.template.metadata,
      labels: { ...spec.template.metadata?.labels, ...labels },
    };
    const selector = { ...spec.selector?.matchLabels, 'batch.kubernetes.io/controller-uid': uid! };
    spec.selector = { ...spec.selector, matchLabels: selector };
  },
};

/** Who asks for a certificate is what the server saw, not what the request says. */
export const signingRequestStrategy: Strategy = {
  prepareCreate(object, { user }) {
    const { spec } = object as unknown as CertificateSigningRequest;
    spec.username = user.name;
    spec.groups = [...user.groups];
    if (user.uid) spec.uid = user.uid;
    else delete spec.uid;
    if (user.extra)
      spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]));
    else delete spec.extra;
  },
  prepareUpdate(object, old) {
    object.spec = old.spec;
  },
  prepareStatus(object, old) {
    const request = object as unknown as CertificateSigningRequest;
    const { conditions } = (old as unknown as CertificateSigningRequest).status ?? {};
    const decided = conditions?.filter(({ type }) => type === 'Approved' || type === 'Denied') ?? [];
    const others =
      request.status?.conditions?.filter(({ type }) => type !== 'Approved' && type !== 'Denied') ?? [];
    request.status = { ...request.status, conditions: [...decided, ...others] };
  },
  prepareSubresource: {
    approval(object, old, { now }) {
      const wanted = (object as unknown as CertificateSigningRequest).status?.conditions ?? [];
      const before = (old as unknown as CertificateSigningRequest).status;
      object.spec = old.spec;
      const conditions = wanted.map((condition) => ({
        ...condition,
        lastUpdateTime: condition.lastUpdateTime ?? now,
        lastTransitionTime: condition.lastTransitionTime ?? now,
      }));
      object.status = { ...before, conditions };
    },
  },
};
