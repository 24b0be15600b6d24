// Tokens of service accounts for pods, requested from the API and renewed when 80 % of their lifetime, or a day, is over: of the time
// since they came, not by their end, which the server's clock says and this machine's may contradict.
// While the API server is away or hangs, a token that has not expired stays in use.

import type { TokenRequest } from '../../../api/kinds/authentication/v1/token-request.ts';
import { Pod as PodKind } from '../../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { Client } from '../../../client/client.ts';
import { type Clock, rfc3339 } from '../../../kit/clock.ts';
import { smallest } from '../../../kit/lists.ts';
import { type Pod, podName, podNamespace, podUid, specOf } from '../../pod.ts';

export interface TokenSpec {
  readonly audience?: string;
  readonly expirationSeconds?: number;
}

interface Cached {
  readonly token: string;
  /** When it came, by both clocks: that which is never set stands still while a machine sleeps. */
  readonly came: { readonly wall: number; readonly monotonic: number };
  readonly lifetimeMs: number;
  /** As the server says it. */
  readonly expirationTimestamp: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly expirationTimestamp: string;
}

const DAY = 24 * 3600_000;
/** How long a renewal may hold up a pod whose old token is still valid. */
const RENEWAL_MS = 5000;

export class TokenSource {
  readonly #client: Pick<Client, 'post'>;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Cached>();
  readonly #requests = new Map<string, Promise<Cached>>();

  constructor(client: Pick<Client, 'post'>, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** A token that is valid for a while; the old one, as long as it is valid, when a new one cannot be had in time. */
  async get(pod: Pod, spec: TokenSpec): Promise<string> {
    return (await this.#valid(pod, spec)).token;
  }

  /** The same, with its end. */
  async issued(pod: Pod, spec: TokenSpec): Promise<IssuedToken> {
    const { token, expirationTimestamp } = await this.#valid(pod, spec);
    return { token, expirationTimestamp };
  }

  async #valid(pod: Pod, { audience = '', expirationSeconds = 3600 }: TokenSpec): Promise<Cached> {
    const key = `${podUid(pod)}/${audience}/${expirationSeconds}`;
    const cached = this.#tokens.get(key);
    if (cached && this.#untilRenewal(cached) > 0) return cached;
    const fresh = this.#renew(key, pod, audience, expirationSeconds);
    if (!cached || this.#age(cached) >= cached.lifetimeMs) return fresh;
    const cancel = new AbortController();
    const late = this.#clock.sleep(RENEWAL_MS, cancel.signal).then(
      () => cached,
      () => cached,
    );
    try {
      return await Promise.race([fresh.catch(() => cached), late]);
    } finally {
      cancel.abort();
    }
  }

  /** When some token of the pod is due for renewal. */
  renewAt(uid: string): number | undefined {
    const own = `${uid}/`;
    const waits = [...this.#tokens].flatMap(([key, cached]) =>
      key.startsWith(own) ? [this.#untilRenewal(cached)] : [],
    );
    return waits.length > 0 ? this.#clock.now() + smallest(waits) : undefined;
  }

  forget(uid: string): void {
    for (const key of this.#tokens.keys()) if (key.startsWith(`${uid}/`)) this.#tokens.delete(key);
  }

  #age({ came }: Cached): number {
    return Math.max(this.#clock.now() - came.wall, this.#clock.monotonic() - came.monotonic);
  }

  #untilRenewal(cached: Cached): number {
    return Math.min(cached.lifetimeMs * 0.8, DAY) - this.#age(cached);
  }

  /** One request at a time for each token: a hanging one is waited for again. */
  #renew(key: string, pod: Pod, audience: string, expirationSeconds: number): Promise<Cached> {
    const running = this.#requests.get(key);
    if (running) return running;
    const request = this.#request(pod, audience, expirationSeconds)
      .then((fresh) => {
        this.#tokens.set(key, fresh);
        return fresh;
      })
      .finally(() => this.#requests.delete(key));
    this.#requests.set(key, request);
    return request;
  }

  async #request(pod: Pod, audience: string, expirationSeconds: number): Promise<Cached> {
    const account = specOf(pod).serviceAccountName || 'default';
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: {
          apiVersion: 'v1',
          kind: PodKind.resource.kind,
          name: podName(pod),
          uid: podUid(pod),
        },
      },
    };
    const namespace = podNamespace(pod);
    const answer = await this.#client.post(ServiceAccount, account, namespace, 'token', body);
    const { spec, status } = answer as TokenRequest;
    if (!status?.token) throw new Error(`no token for service account ${namespace}/${account}`);
    const came = { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
    const lifetimeMs = Number(spec?.expirationSeconds ?? expirationSeconds) * 1000;
    const { token, expirationTimestamp = rfc3339(came.wall + lifetimeMs) } = status;
    return { token, came, lifetimeMs, expirationTimestamp };
  }
}
