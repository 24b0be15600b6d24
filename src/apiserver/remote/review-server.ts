// Asks a server to fill in the status of a review, and asks again while it is overloaded, as upstream. Called by the webhook
// authenticator and the webhook authorizer. Upstream: staging/src/k8s.io/apiserver/pkg/util/webhook/webhook.go.
import type { Clock } from '../../kit/clock.ts';
import { type Answered, PostError, Poster } from '../../kit/http1/post.ts';
import type { RemoteServer } from '../../kit/http1/remote-server.ts';
import type { Random } from '../../kit/random.ts';

export interface ReviewServerOptions {
  readonly server: RemoteServer;
  readonly clock: Clock;
  readonly random: Random;
  /** Milliseconds of one attempt. */
  readonly timeout: number;
  /** Called after each attempt with its result and milliseconds. */
  readonly onAttempt?: (result: AttemptResult, elapsed: number) => void;
}

export type AttemptResult = 'success' | 'timeout' | 'error';

/** Bytes of an answer. Upstream has no limit. */
const MAX_ANSWER = 1 << 20;
/** Of the waits between attempts: milliseconds of the first, growth, part that is by chance, number of attempts. */
const FIRST_WAIT = 500;
const GROWTH = 1.5;
const JITTER = 0.2;
const ATTEMPTS = 5;
/** Calls that may be under way. */
const MOST_CALLS = 2_000;

export class ReviewServer {
  readonly #options: ReviewServerOptions;
  readonly #poster: Poster;
  #calls = 0;
  #closing = false;

  constructor(options: ReviewServerOptions) {
    this.#options = options;
    this.#poster = new Poster(options.server, options.clock);
  }

  /** Calls that are under way go on to their end. */
  close(): void {
    this.#closing = true;
    if (this.#calls === 0) this.#poster.close();
  }

  /** The status of the review in the answer, an object. Rejects if there is none. */
  async statusOf(review: object): Promise<Readonly<Record<string, unknown>>> {
    if (this.#calls >= MOST_CALLS) throw new Error('too many reviews are under way');
    this.#calls++;
    try {
      return await this.#ask(JSON.stringify(review));
    } finally {
      this.#calls--;
      if (this.#closing) this.close();
    }
  }

  async #ask(body: string): Promise<Readonly<Record<string, unknown>>> {
    const { clock, random } = this.#options;
    let wait = FIRST_WAIT;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(body);
      } catch (error) {
        if (attempt === ATTEMPTS || !mayRetry(error)) throw error;
        await clock.sleep(wait * (1 + random.float() * JITTER));
        wait *= GROWTH;
      }
    }
  }

  async #attempt(body: string): Promise<Readonly<Record<string, unknown>>> {
    const { clock, timeout, onAttempt } = this.#options;
    const started = clock.monotonic();
    let result: AttemptResult = 'success';
    try {
      return statusFrom(await this.#poster.post(body, { timeout, limit: MAX_ANSWER }));
    } catch (error) {
      result = resultOf(error);
      throw error;
    } finally {
      onAttempt?.(result, clock.monotonic() - started);
    }
  }
}

class HttpError extends Error {
  readonly code: number;
  readonly mayRetry: boolean;

  constructor({ status, retryAfter }: Answered) {
    super(
      status >= 500
        ? 'an error on the server ("unknown") has prevented the request from succeeding'
        : `the server responded with the status code ${status} but did not return more information`,
    );
    this.code = status;
    this.mayRetry = [429, 500, 504].includes(status) || retryAfter !== undefined;
  }
}

/** How a call failed. */
export const resultOf = (error: unknown): AttemptResult =>
  (error instanceof PostError && error.timedOut) || (error instanceof HttpError && error.code === 504)
    ? 'timeout'
    : 'error';

const mayRetry = (error: unknown): boolean =>
  (error instanceof HttpError && error.mayRetry) || (error instanceof PostError && error.isTransient);

function statusFrom(answer: Answered): Readonly<Record<string, unknown>> {
  if (answer.status < 200 || answer.status > 299) throw new HttpError(answer);
  const { status = {} } = parsed(answer.body);
  if (typeof status !== 'object' || status === null || Array.isArray(status))
    throw new Error('the status of the response is not an object');
  return status as Readonly<Record<string, unknown>>;
}

function parsed(body: Buffer): { readonly status?: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    // The parser's message would show parts of the response.
    throw new Error('the response is not valid JSON');
  }
  if (typeof value !== 'object' || value === null) throw new Error('the response is not an object');
  return value;
}
