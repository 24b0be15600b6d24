// Reads from the endpoints of another registry, with the credentials that registries.yaml has for them. Asks them in their order, and
// goes on to the next where one does not have what is asked for, or does not answer.
import type { IncomingMessage } from 'node:http';
import { ExpiringCache } from '../../kit/caches/expiring-cache.ts';
import type { Clock } from '../../kit/clock.ts';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { type Challenge, parseChallenge } from './challenge.ts';
import type { Endpoint } from './endpoints.ts';
import type { RegistryConfig } from './registries-file.ts';
import { ask, Unreachable } from './request.ts';

export interface Wanted {
  readonly method: 'GET' | 'HEAD';
  /** Of the repository, by endpoint: mirrors may have other names. */
  readonly name: (endpoint: Endpoint) => string;
  /** After the name: `manifests/latest`. */
  readonly rest: string;
  readonly accept?: string;
}

export type Answer =
  | { readonly kind: 'found'; readonly response: IncomingMessage }
  /** Nobody has it, or tells these credentials so. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'refused' };

/** Bytes of a token server's answer. */
const LONGEST_TOKEN = 64 * 1024;
const MOST_TOKENS = 1_000;
/** Seconds, where the token server does not say it; as the specification has it. */
const TOKEN_LIFE = 60;
/** Milliseconds before its end at which a token is not used any more. */
const TOKEN_MARGIN = 10_000;

export class UpstreamClient {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #tokens: ExpiringCache<string>;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#tokens = new ExpiringCache(this.#clock, MOST_TOKENS);
  }

  /** Throws Unreachable where no endpoint has answered, and none has refused. */
  async get(endpoints: readonly Endpoint[], wanted: Wanted): Promise<Answer> {
    let failure: Unreachable | undefined;
    let refused = false;
    for (const endpoint of endpoints) {
      try {
        const response = await this.#ask(endpoint, wanted);
        const { statusCode: code = 0 } = response;
        if (code === 200) return { kind: 'found', response };
        response.destroy();
        if (code === 401 || code === 403) refused = true;
        else if (code !== 404) failure ??= new Unreachable(`${hostOf(endpoint)} answered ${code}`);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        failure ??= error;
      }
    }
    if (refused) return { kind: 'refused' };
    if (failure) throw failure;
    return { kind: 'missing' };
  }

  async #ask(endpoint: Endpoint, wanted: Wanted): Promise<IncomingMessage> {
    const { config } = endpoint;
    const name = wanted.name(endpoint);
    const key = `${endpoint.url} ${name}`;
    const request = {
      method: wanted.method,
      url: `${baseOf(endpoint.url)}${name}/${wanted.rest}`,
      ...(config.tls && { tls: config.tls }),
    };
    const send = (authorization: string | undefined) =>
      ask({
        ...request,
        headers: {
          ...(wanted.accept && { Accept: wanted.accept }),
          ...(authorization && { authorization }),
        },
      });
    const known = this.#tokens.get(key);
    const response = await send(known);
    if (response.statusCode !== 401) return response;
    const challenge = parseChallenge(response.headers['www-authenticate']);
    const authorization = challenge && (await this.#authorize(endpoint, challenge, name, key));
    if (!authorization) return response;
    response.destroy();
    return send(authorization);
  }

  async #authorize(
    { url, config }: Endpoint,
    { scheme, parameters }: Challenge,
    name: string,
    key: string,
  ): Promise<string | undefined> {
    if (scheme === 'basic') return basicOf(config);
    const { realm, service, scope } = parameters;
    if (!realm || !URL.canParse(realm, url)) return undefined;
    const target = new URL(realm, url);
    // A token server may be elsewhere, but not where credentials would be readable on their way.
    if (target.protocol !== 'https:' && new URL(url).protocol === 'https:') return undefined;
    const wanted = { ...(service && { service }), scope: scope ?? `repository:${name}:pull` };
    const { token, seconds } = await fetchToken(target, wanted, config);
    if (!token) return undefined;
    const authorization = `Bearer ${token}`;
    this.#tokens.set(key, authorization, seconds * 1000 - TOKEN_MARGIN);
    return authorization;
  }
}

const hostOf = ({ url }: Endpoint): string => new URL(url).host;

/** An endpoint with a path is what comes before the repository's name, as containerd and k3s have it. */
function baseOf(url: string): string {
  const { pathname } = new URL(url);
  if (pathname === '/' || pathname === '') return `${url.replace(/\/$/, '')}/v2/`;
  return pathname.split('/').includes('v2') ? `${url}/` : `${url}/v2/`;
}

const basicOf = ({ username, password }: RegistryConfig): string | undefined =>
  username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

async function fetchToken(
  target: URL,
  wanted: Readonly<Record<string, string>>,
  config: RegistryConfig,
): Promise<{ token: string | undefined; seconds: number }> {
  const { identityToken } = config;
  const tls = config.tls && { tls: config.tls };
  const basic = basicOf(config);
  const response = identityToken
    ? await ask({
        method: 'POST',
        url: target.href,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          ...wanted,
          grant_type: 'refresh_token',
          client_id: 'tiphys',
          refresh_token: identityToken,
        }).toString(),
        ...tls,
      })
    : await ask({
        method: 'GET',
        url: withQuery(target, wanted),
        headers: basic ? { authorization: basic } : {},
        ...tls,
      });
  const { bytes, whole } = await readUpTo(response, LONGEST_TOKEN);
  if (response.statusCode !== 200 || !whole) return { token: undefined, seconds: 0 };
  return tokenIn(bytes.toString());
}

function withQuery(target: URL, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function tokenIn(text: string): { token: string | undefined; seconds: number } {
  try {
    const { token, access_token, expires_in } = JSON.parse(text) as Record<string, unknown>;
    const found = typeof token === 'string' ? token : access_token;
    const seconds = typeof expires_in === 'number' && expires_in > 0 ? expires_in : TOKEN_LIFE;
    // Nothing that would end the header.
    const fits = typeof found === 'string' && /^[\x21-\x7e]{1,65536}$/.test(found);
    return { token: fits ? found : undefined, seconds };
  } catch {
    return { token: undefined, seconds: 0 };
  }
}
