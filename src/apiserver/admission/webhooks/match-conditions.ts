// The match conditions of webhooks: expressions that must all be true for the webhook to be called. Loaded with the first webhook
// that has any. Called by webhooks.ts. Upstream: ShouldCallHook in apiserver/pkg/admission/plugin/webhook/generic/webhook.go.
import type { SettledAuthorizer } from '../../authz/settled-authorizer.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import type { Seen } from '../equivalent.ts';
import { deny } from '../plugin.ts';
import type { Webhook } from './matching.ts';

type Engine = typeof import('../policies/webhook-conditions.ts');

export class MatchConditions {
  readonly #authorizer: SettledAuthorizer;
  #engine: Engine | undefined;

  constructor(authorizer: SettledAuthorizer) {
    this.#authorizer = authorizer;
  }

  /** Throws a 403 if a condition cannot be evaluated, none is false and the webhook's failure policy is Fail. */
  async hold(webhook: Webhook, attributes: AdmissionAttributes, seen: Seen): Promise<boolean> {
    if (!webhook.matchConditions?.length) return true;
    this.#engine ??= await load();
    const match = await this.#engine.webhookConditions(webhook, attributes, seen, this.#authorizer);
    if ('error' in match) throw deny(attributes, match.error);
    return match.matches;
  }
}

async function load(): Promise<Engine> {
  const engine = await import('../policies/webhook-conditions.ts');
  await engine.ready();
  return engine;
}
