// Calls an admission webhook. Called by webhooks.ts. Upstream: callHook in apiserver/pkg/admission/plugin/webhook.
import { type CallerOptions, postReview } from '../../webhooks/post-review.ts';
import { readReview } from '../../webhooks/review-document.ts';
import type { Webhook } from './matching.ts';

/** Returns the parsed response. Rejects, with upstream's message, after timeoutSeconds (10 by default). */
export async function callWebhook(
  options: CallerOptions,
  { clientConfig, timeoutSeconds = 10 }: Webhook,
  review: object,
): Promise<unknown> {
  try {
    return readReview(await postReview(options, clientConfig, review, timeoutSeconds), REVIEW);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`failed to call webhook: ${why}`, { cause: error });
  }
}

const REVIEW = { group: 'admission.k8s.io', version: 'v1', kind: 'AdmissionReview' } as const;
