// Calls an HTTP provider: JSON is posted to an endpoint, and there is a whole answer in time or an error. Every operation may be sent
// twice: one whose connection broke is. Redirects are not followed. Called by http-provider.ts.
import type { Clock } from '../../../kit/clock.ts';
import { type Answered, PostError, Poster } from '../../../kit/http1/post.ts';
import type { RemoteServer } from '../../../kit/http1/remote-server.ts';
import { ImplementedElsewhere, RetryError } from '../provider.ts';
import { statusOf } from './answers.ts';

export interface CallerSettings {
  /** Without an endpoint: https://cloud.example:8443/kubernetes */
  readonly url: string;
  /** Milliseconds for one call. */
  readonly timeoutMs: number;
  /** Read anew for every call: files may be renewed. */
  readonly credentials: () => Omit<RemoteServer, 'url'>;
}

/** Bytes of an answer: 20,000 routes fit in. */
const MAX_ANSWER = 8 << 20;
/** Characters of a message, which becomes part of an event. */
const MAX_MESSAGE = 512;
/** Milliseconds after which a call is repeated that was to be repeated: what a provider may choose, and what holds if it does not. */
const RETRY_MS = { least: 1_000, most: 10 * 60_000, usual: 10_000 };

export class ProviderCaller {
  readonly #settings: CallerSettings;
  readonly #clock: Clock;
  /** By endpoint, with the credentials that they were made with. */
  #posters = new Map<string, Poster>();
  #credentials = '';

  constructor(settings: CallerSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Rejects with a RetryError or an ImplementedElsewhere where the provider says so. */
  async call<T>(endpoint: string, request: object, decode: (answer: unknown) => T): Promise<T> {
    const body = JSON.stringify(request);
    const answer = await this.#post(endpoint, body).catch((error: unknown) => {
      if (error instanceof PostError && error.isTransient) return this.#post(endpoint, body);
      throw error;
    });
    if (answer.status !== 200) throw failureOf(endpoint, answer);
    return decode(jsonOf(answer));
  }

  close(): void {
    for (const poster of this.#posters.values()) poster.close();
    this.#posters.clear();
  }

  #post(endpoint: string, body: string): Promise<Answered> {
    return this.#posterOf(endpoint).post(body, { timeout: this.#settings.timeoutMs, limit: MAX_ANSWER });
  }

  #posterOf(endpoint: string): Poster {
    const credentials = this.#settings.credentials();
    const key = JSON.stringify(credentials);
    // Calls that are under way end with the credentials that they began with.
    if (key !== this.#credentials) this.#posters = new Map();
    this.#credentials = key;
    const known = this.#posters.get(endpoint);
    if (known) return known;
    const url = `${this.#settings.url.replace(/\/+$/, '')}/v1/${endpoint}`;
    const poster = new Poster({ url, ...credentials }, this.#clock);
    this.#posters.set(endpoint, poster);
    return poster;
  }
}

function jsonOf({ body }: Answered): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Error('the answer of the cloud provider is not valid: it is not JSON');
  }
}

interface Failure {
  readonly code: unknown;
  readonly message: string;
  readonly loadBalancer: unknown;
}

function failureOf(endpoint: string, answer: Answered): Error {
  const { code, message, loadBalancer } = errorIn(answer);
  if (code === 'ImplementedElsewhere') return new ImplementedElsewhere();
  const why = `the cloud provider answered ${endpoint} with ${answer.status}${message && `: ${message}`}`;
  if (answer.status !== 429 && answer.status !== 503) return new Error(why);
  const seconds = Number(answer.retryAfter ?? Number.NaN);
  const wanted = Number.isFinite(seconds) ? seconds * 1_000 : RETRY_MS.usual;
  const retryMs = Math.min(RETRY_MS.most, Math.max(RETRY_MS.least, wanted));
  const status = loadBalancer ? statusOf(loadBalancer) : undefined;
  return new RetryError(message || why, retryMs, status);
}

/** Whatever the body is, a failure is told by its status. */
function errorIn({ body }: Answered): Failure {
  const none = { code: undefined, message: '', loadBalancer: undefined };
  try {
    const { error } = JSON.parse(body.toString()) as { error?: Readonly<Record<string, unknown>> };
    const { code, message, loadBalancer } = error ?? {};
    return { code, message: typeof message === 'string' ? printable(message) : '', loadBalancer };
  } catch {
    return none;
  }
}

const printable = (message: string): string =>
  message.slice(0, MAX_MESSAGE).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, ' ');
