// Asks a webhook whether a request is allowed, and keeps its answers for a while. A webhook that cannot be asked has no opinion or
// denies, as its failure policy says. Made by open-authorization.ts.
// Upstream: staging/src/k8s.io/apiserver/plugin/pkg/authorizer/webhook/webhook.go.
import { createHash } from 'node:crypto';
import type { SubjectAccessReviewSpec } from '../../../api/kinds/authorization/v1/access-review.ts';
import { ExpiringCache } from '../../../kit/caches/expiring-cache.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { RemoteServer } from '../../../kit/http1/remote-server.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Random } from '../../../kit/random.ts';
import type { Eventual } from '../../registry/eventual.ts';
import { ReviewServer, resultOf } from '../../remote/review-server.ts';
import type { User } from '../../request.ts';
import {
  type Attributes,
  type Authorizer,
  type Decision,
  NO_OPINION,
  type UserRules,
} from '../attributes.ts';
import { reviewSpec } from './access-review.ts';
import type { WebhookSettings } from './configuration.ts';
import { type Match, matchesAll } from './match-conditions.ts';
import type { AuthorizationMetrics } from './metrics.ts';

export interface WebhookAuthorizerOptions {
  readonly name: string;
  readonly settings: WebhookSettings;
  readonly server: RemoteServer;
  readonly metrics: AuthorizationMetrics;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Answers that are kept, as upstream. */
const MOST_ANSWERS = 8192;
/** Characters of what a client chooses; answers about more are not kept, as upstream. */
const MOST_CHOSEN = 10_000;

export class WebhookAuthorizer implements Authorizer {
  readonly #options: WebhookAuthorizerOptions;
  readonly #server: ReviewServer;
  readonly #answers: ExpiringCache<Decision>;

  constructor(options: WebhookAuthorizerOptions) {
    const { clock, random, server, settings, metrics, name } = options;
    this.#options = options;
    this.#answers = new ExpiringCache(clock, MOST_ANSWERS);
    this.#server = new ReviewServer({
      server,
      clock,
      random,
      timeout: settings.timeout,
      onAttempt: (result, ms) => metrics.asked(name, result, ms),
    });
  }

  close(): void {
    this.#server.close();
  }

  userRules(): UserRules {
    return { rules: [], error: 'webhook authorizer does not support user rule resolution' };
  }

  authorize(user: User, attributes: Attributes): Eventual<Decision> {
    const spec = reviewSpec(user, attributes);
    const match = this.#match(spec);
    if ('error' in match) return this.#failed(match.error);
    if (!match.matches) return NO_OPINION;
    const key = createHash('sha256').update(JSON.stringify(spec)).digest('base64');
    return this.#answers.get(key) ?? this.#ask(key, spec, attributes);
  }

  #match(spec: SubjectAccessReviewSpec): Match {
    const { settings, clock, metrics, name } = this.#options;
    if (settings.conditions.length === 0) return { matches: true };
    const started = clock.monotonic();
    const match = matchesAll(settings.conditions, spec);
    const outcome = 'error' in match ? 'error' : match.matches ? 'matches' : 'excluded';
    metrics.matched(name, outcome, clock.monotonic() - started);
    return match;
  }

  #failed(error: string): Decision {
    const isDenial = this.#options.settings.failurePolicy === 'Deny';
    return { allowed: false, ...(isDenial && { denied: true }), reason: '', error };
  }

  async #ask(key: string, spec: SubjectAccessReviewSpec, attributes: Attributes): Promise<Decision> {
    const { settings, metrics, name, log } = this.#options;
    try {
      const status = await this.#server.statusOf(reviewOf(settings.version, spec));
      const decision = decisionOf(status);
      if (isShort(attributes))
        this.#answers.set(
          key,
          decision,
          status.allowed === true ? settings.authorizedTtl : settings.unauthorizedTtl,
        );
      return decision;
    } catch (error) {
      log.error('authorization webhook failed', { name, error: messageOf(error) });
      if (settings.failurePolicy === 'NoOpinion') metrics.failedOpen(name, resultOf(error));
      return this.#failed(messageOf(error));
    }
  }
}

/** v1beta1 differs in the name of one field. */
function reviewOf(version: 'v1' | 'v1beta1', { groups, ...spec }: SubjectAccessReviewSpec): object {
  const named = groups && (version === 'v1' ? { groups } : { group: groups });
  return {
    kind: 'SubjectAccessReview',
    apiVersion: `authorization.k8s.io/${version}`,
    metadata: { creationTimestamp: null },
    spec: { ...spec, ...named },
    status: { allowed: false },
  };
}

function decisionOf(status: Readonly<Record<string, unknown>>): Decision {
  const reason = typeof status.reason === 'string' ? status.reason : '';
  const [allowed, denied] = [status.allowed === true, status.denied === true];
  if (!denied) return { allowed, reason };
  return {
    allowed: false,
    denied,
    reason,
    ...(allowed && { error: 'webhook subject access review returned both allow and deny response' }),
  };
}

function isShort(attributes: Attributes): boolean {
  const { namespace, verb, group, version, resource, subresource, name, path } = attributes;
  return [namespace, verb, group, version, resource, subresource, name, path].join('').length < MOST_CHOSEN;
}
