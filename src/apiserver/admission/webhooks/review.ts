// The AdmissionReview sent to a webhook, and the validation of its response. Pure. Called by webhooks.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go.
import type { AnyResource } from '../../../api/meta/v1/resource.ts';
import { failure, type Reason, type StatusError } from '../../../api/status/status-error.ts';
import { own } from '../../../kit/own.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import { kindText } from '../../webhooks/review-document.ts';
import type { Seen } from '../equivalent.ts';

export interface Verdict {
  readonly allowed: boolean;
  readonly status?: { readonly message?: string; readonly reason?: string; readonly code?: number };
  /** JSON patch, base64. */
  readonly patch?: string;
  readonly patchType?: string;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, unknown>>;
}

/** The kind of the object: the resource's, or that of the subresource, `Kind` or `group/version/Kind`. */
function kindOf({ resource }: AnyResource, subresource: string) {
  const { group, version, kind, subresources = {} } = resource;
  const parts = (own(subresources, subresource)?.kind ?? kind).split('/');
  return parts.length === 3
    ? { group: parts[0]!, version: parts[1]!, kind: parts[2]! }
    : { group, version, kind: parts[0]! };
}

const resourceOf = ({ resource: { group, version, plural } }: AnyResource) => ({
  group,
  version,
  resource: plural,
});

/** The request as webhooks and expressions see it. */
export function requestOf(attributes: AdmissionAttributes, { kind, object, old }: Seen, uid: string) {
  const { name, operation, user, subresource, namespace, dryRun } = attributes;
  return {
    uid,
    kind: kindOf(kind, subresource),
    resource: resourceOf(kind),
    ...(subresource && { subResource: subresource, requestSubResource: subresource }),
    requestKind: kindOf(attributes.kind, subresource),
    requestResource: resourceOf(attributes.kind),
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
  };
}

export const reviewOf = (attributes: AdmissionAttributes, seen: Seen, uid: string): object => ({
  kind: 'AdmissionReview',
  apiVersion: 'admission.k8s.io/v1',
  request: requestOf(attributes, seen, uid),
});

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
      `expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got ${kindText({ apiVersion, kind })}`,
    );
  if (!response) throw new Error('webhook response was absent');
  if (response.uid !== uid)
    throw new Error(`expected response.uid="${uid}", got ${JSON.stringify(response.uid ?? '')}`);
  const fields: Readonly<Record<string, unknown>> = { ...response };
  for (const [field, fits] of Object.entries(FIELDS))
    if (!fits(fields[field])) throw new Error(`webhook response has an invalid field response.${field}`);
  return response;
}

const optional = (type: string) => (value: unknown) =>
  value === undefined || value === null || typeof value === type;

const isStatus = (value: unknown): boolean => {
  if (value === undefined || value === null) return true;
  const { message, reason, code } = value as Record<string, unknown>;
  const texts = optional('string')(message) && optional('string')(reason);
  return (
    typeof value === 'object' && texts && (code === undefined || code === null || Number.isInteger(code))
  );
};

/** Upstream decodes into typed fields; the rest of the server may rely on these types, too. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  allowed: (value) => typeof value === 'boolean',
  patch: optional('string'),
  patchType: optional('string'),
  status: isStatus,
  warnings: (value) =>
    value === undefined ||
    value === null ||
    (Array.isArray(value) && value.every((text) => typeof text === 'string')),
};

export function denial(webhook: string, { status }: Verdict): StatusError {
  const why = status?.message || status?.reason;
  const message = why
    ? `admission webhook "${webhook}" denied the request: ${why}`
    : `admission webhook "${webhook}" denied the request without explanation`;
  // Codes below 400 become 400, as upstream; those that no HTTP answer can have, too.
  const { code = 0 } = status ?? {};
  return failure(code < 400 || code > 599 ? 400 : code, (status?.reason as Reason) ?? '', message);
}
