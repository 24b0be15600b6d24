// What webhooks add to the audit event of a request, with upstream's keys. Round 1 is the second call of webhooks that are called again.
// Called by webhooks.ts. Upstream: webhookAnnotator in pkg/admission/plugin/webhook/mutating/dispatcher.go of k8s.io/apiserver.
import type { AdmissionAttributes } from '../../registry/admission.ts';
import type { Webhook } from './matching.ts';

/** A webhook with its place among all of its type. */
export interface Placed {
  readonly webhook: Webhook;
  readonly configuration: string;
  readonly index: number;
  readonly round: 0 | 1;
}

type Type = 'mutating' | 'validating';

const FAILED_OPEN = {
  mutating: 'failed-open.mutation.webhook.admission.k8s.io',
  validating: 'failed-open.validating.webhook.admission.k8s.io',
} as const satisfies Record<Type, string>;

const keyOf = (prefix: string, { index, round }: Placed): string => `${prefix}/round_${round}_index_${index}`;

/** The webhook's own annotations come under its name. */
export function annotateAnswer(
  attributes: AdmissionAttributes,
  { webhook }: Placed,
  annotations: Readonly<Record<string, unknown>> = {},
): void {
  if (!attributes.annotate) return;
  for (const [key, value] of Object.entries(annotations))
    attributes.annotate(`${webhook.name}/${key}`, String(value));
}

export function annotateFailedOpen(attributes: AdmissionAttributes, placed: Placed, type: Type): void {
  attributes.annotate?.(keyOf(FAILED_OPEN[type], placed), placed.webhook.name);
}

/** `patch` is the JSON patch as text; undefined if the webhook changed nothing. */
export function annotateMutation(
  attributes: AdmissionAttributes,
  placed: Placed,
  patch: string | undefined,
): void {
  if (!attributes.annotate) return;
  const about = { configuration: placed.configuration, webhook: placed.webhook.name };
  const mutated = patch !== undefined;
  attributes.annotate(
    keyOf('mutation.webhook.admission.k8s.io', placed),
    JSON.stringify({ ...about, mutated }),
  );
  if (!mutated) return;
  const value = JSON.stringify({ ...about, patch: JSON.parse(patch), patchType: 'JSONPatch' });
  attributes.annotate(keyOf('patch.webhook.admission.k8s.io', placed), value, 'Request');
}
