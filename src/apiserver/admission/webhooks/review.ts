// The AdmissionReview sent to a webhook, and the validation of its response. Pure. Called by webhooks.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go.
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import { failure, type Reason, type StatusError } from '../../../api/status/status-error.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';

export interface Verdict {
  readonly allowed: boolean;
  readonly status?: { readonly message?: string; readonly reason?: string; readonly code?: number };
  /** JSON patch, base64. */
  readonly patch?: string;
  readonly patchType?: string;
  readonly warnings?: readonly string[];
}

const kindOf = ({ resource: { group, version, kind } }: AnyResource) => ({ group, version, kind });

export function reviewOf(attributes: AdmissionAttributes, uid: string): object {
  const { name, operation, object, old, user, subresource, namespace, dryRun } = attributes;
  const { group, version, plural } = attributes.kind.resource;
  const kind = kindOf(attributes.kind);
  const resource = { group, version, resource: plural };
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind,
      resource,
      ...(subresource && { subResource: subresource, requestSubResource: subresource }),
      requestKind: kind,
      requestResource: resource,
      ...(name && { name }),
      ...(namespace && { namespace }),
      operation,
      userInfo: {
        username: user.name,
        ...(user.uid && { uid: user.uid }),
        groups: user.groups,
        ...(user.extra && { extra: user.extra }),
      },
      object: object ?? null,
      oldObject: old ?? null,
      dryRun,
      options: optionsOf(attributes),
    },
  };
}

function optionsOf({ operation, dryRun, fieldManager }: AdmissionAttributes): object {
  const kind = {
    CREATE: 'CreateOptions',
    UPDATE: 'UpdateOptions',
    DELETE: 'DeleteOptions',
    CONNECT: 'Options',
  }[operation];
  return {
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun && { dryRun: ['All'] }),
    ...(operation !== 'DELETE' && fieldManager && { fieldManager }),
  };
}

/** The response to the review with this uid; throws if it is not a valid response to it. */
export function verdictOf(answer: unknown, uid: string): Verdict {
  const { kind, apiVersion, response } = (answer ?? {}) as {
    kind?: string;
    apiVersion?: string;
    response?: Verdict & { uid?: string };
  };
  if (kind !== 'AdmissionReview' || apiVersion !== 'admission.k8s.io/v1')
    throw new Error(
      `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${apiVersion}, Kind=${kind}`,
    );
  if (!response) throw new Error('webhook response was absent');
  if (response.uid !== uid)
    throw new Error(`expected response.uid="${uid}", got ${JSON.stringify(response.uid ?? '')}`);
  return response;
}

export function denial(webhook: string, { status }: Verdict): StatusError {
  const why = status?.message || status?.reason;
  const message = why
    ? `admission webhook "${webhook}" denied the request: ${why}`
    : `admission webhook "${webhook}" denied the request without explanation`;
  const code = status?.code && status.code >= 400 ? status.code : 403;
  return failure(code, (status?.reason as Reason) ?? (code === 403 ? 'Forbidden' : ''), message);
}
