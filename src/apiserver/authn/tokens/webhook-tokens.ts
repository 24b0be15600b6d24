// Asks a webhook whose a token is (--authentication-token-webhook-config-file), and keeps its answers, good and bad, for a while.
// Made by configured/open-authentication.ts.
// Upstream: staging/src/k8s.io/apiserver/plugin/pkg/authenticator/token/webhook and pkg/authentication/token/cache.

import { ExpiringCache } from '../../../kit/caches/expiring-cache.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { RemoteServer } from '../../../kit/http1/remote-server.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Random } from '../../../kit/random.ts';
import type { Eventual } from '../../registry/eventual.ts';
import { ReviewServer } from '../../remote/review-server.ts';
import type { User } from '../../request.ts';
import { digestOf } from './constant-time.ts';
import { type Authenticated, type TokenAuthenticator, TokenError, withGroup } from './token-authenticator.ts';

export interface WebhookTokensOptions {
  readonly server: RemoteServer;
  readonly version: 'v1' | 'v1beta1';
  /** Milliseconds for which answers are kept. */
  readonly ttl: number;
  /** Of the API server. */
  readonly audiences: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
}

/** Milliseconds of one attempt. */
const TIMEOUT = 30_000;
const MOST_ANSWERS = 4_096;

type Answer = { readonly found: Authenticated | undefined; readonly error?: string };

export class WebhookTokens implements TokenAuthenticator {
  readonly #options: WebhookTokensOptions;
  readonly #server: ReviewServer;
  readonly #answers: ExpiringCache<Answer>;
  /** A token that many requests bring at once is asked about once. */
  readonly #asking = new Map<string, Promise<Answer>>();

  constructor(options: WebhookTokensOptions) {
    const { server, clock, random } = options;
    this.#options = options;
    this.#server = new ReviewServer({ server, clock, random, timeout: TIMEOUT });
    this.#answers = new ExpiringCache(clock, MOST_ANSWERS);
  }

  close(): void {
    this.#server.close();
  }

  authenticate(token: string, audiences: readonly string[]): Eventual<Authenticated | undefined> {
    const key = digestOf(JSON.stringify([token, audiences])).toString('base64');
    const known = this.#answers.get(key);
    if (known) return foundIn(known);
    let asking = this.#asking.get(key);
    if (!asking) {
      asking = this.#ask(key, token, audiences).finally(() => this.#asking.delete(key));
      this.#asking.set(key, asking);
    }
    return asking.then(foundIn);
  }

  async #status(review: object): Promise<Fields> {
    try {
      return await this.#server.statusOf(review);
    } catch (error) {
      throw new TokenError(`authentication webhook: ${messageOf(error)}`);
    }
  }

  async #ask(key: string, token: string, audiences: readonly string[]): Promise<Answer> {
    const { version, ttl, audiences: own } = this.#options;
    const status = await this.#status({
      kind: 'TokenReview',
      apiVersion: `authentication.k8s.io/${version}`,
      metadata: { creationTimestamp: null },
      spec: { token, ...(audiences.length > 0 && { audiences }) },
      status: { user: {} },
    });
    const answer = answerOf(status, own, audiences);
    this.#answers.set(key, answer, ttl);
    return answer;
  }
}

function foundIn({ found, error }: Answer): Authenticated | undefined {
  // What a webhook says may be about the token: it is not for the log.
  if (error !== undefined) throw new TokenError('', error);
  return found;
}

type Fields = Readonly<Record<string, unknown>>;

/** A webhook that names no audiences means those of this server. */
function answerOf(status: Fields, own: readonly string[], wanted: readonly string[]): Answer {
  const named = textsOf(status.audiences);
  const audiences = wanted.filter((one) => (named.length > 0 ? named : own).includes(one));
  if (audiences.length === 0) return { found: undefined };
  if (status.authenticated !== true) {
    const { error } = status;
    return { found: undefined, ...(typeof error === 'string' && error && { error }) };
  }
  return { found: { user: withGroup(userOf((status.user ?? {}) as Fields)), audiences } };
}

function userOf({ username, uid, groups, extra }: Fields): User {
  const more = typeof extra === 'object' && extra !== null ? Object.entries(extra) : [];
  return {
    name: typeof username === 'string' ? username : '',
    groups: textsOf(groups),
    ...(typeof uid === 'string' && uid && { uid }),
    ...(more.length > 0 && {
      extra: Object.fromEntries(more.map(([key, values]) => [key, textsOf(values)])),
    }),
  };
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
