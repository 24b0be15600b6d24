// Calls an admission webhook. Called by webhooks.ts. Upstream: callHook in apiserver/pkg/admission/plugin/webhook.
import { type CallerOptions, postReview } from '../../webhooks/post-review.ts';
import type { Webhook } from './matching.ts';

/** Returns the parsed response. Rejects, with upstream's message, after timeoutSeconds (10 by default). */
export async function callWebhook(
  options: CallerOptions,
  { clientConfig, timeoutSeconds = 10 }: Webhook,
  review: object,
): Promise<unknown> {
  try {
    return parsed(await postReview(options, clientConfig, review, timeoutSeconds));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`failed to call webhook: ${why}`, { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would show parts of the response.
    throw new Error('the response is not valid JSON');
  }
}
