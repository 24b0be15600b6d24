// A claim that a token does not have itself, but says where it is (OpenID Connect Core 1.0, 5.6.2): it is fetched from there, with the
// access token that the token has for it, in a token of its own, whose issuer signs it. Called by issuer.ts, for verified tokens.
// Upstream: claimResolver in plugin/pkg/authenticator/token/oidc/oidc.go of k8s.io/apiserver.
import type { Clock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { own } from '../../../kit/own.ts';
import type { Eventual } from '../../registry/eventual.ts';
import { type Got, getAnswer } from '../../remote/get.ts';
import { TokenError } from '../tokens/token-authenticator.ts';
import { type Claims, issuerOf, type ReadToken, readToken } from './json-web-token.ts';
import { JwtMetrics } from './metrics.ts';
import { Provider } from './provider.ts';
import type { JwtSettings } from './settings.ts';
import { verify } from './verification.ts';

export interface DistributedClaimsOptions {
  readonly claim: string;
  readonly settings: JwtSettings;
  readonly algorithms: readonly string[];
  /** Of the issuer whose tokens these are. */
  readonly own: Provider;
  readonly clock: Clock;
}

export interface ClaimSource {
  readonly endpoint: string;
  /** Empty if none is needed. */
  readonly accessToken: string;
}

/** Endpoints choose the issuers of their tokens: of so many the keys are kept. Upstream keeps all, for ever. */
const MOST_ISSUERS = 10;
/** Claims that are being fetched at once. */
const MOST_FETCHES = 200;
const DURING = 'oidc: could not expand distributed claims';

export class DistributedClaims {
  readonly #options: DistributedClaimsOptions;
  readonly #stop = new AbortController();
  /** In the order of use. */
  readonly #providers = new Map<string, Provider>();
  #fetches = 0;

  constructor(options: DistributedClaimsOptions) {
    this.#options = options;
  }

  close(): void {
    this.#stop.abort();
    for (const provider of this.#providers.values()) provider.close();
    this.#providers.clear();
  }

  /** With the claim, if it is elsewhere. Throws or rejects with a TokenError, in upstream's words, if it is not found there. */
  expanded(claims: Claims): Eventual<Claims> {
    const { claim } = this.#options;
    const source = sourceOf(claims, claim);
    if (!source) return claims;
    if (this.#fetches >= MOST_FETCHES) throw failure('too many claims are being fetched');
    this.#fetches++;
    return this.#resolved(source)
      .then((value) => ({ ...claims, [claim]: value }))
      .finally(() => {
        this.#fetches--;
      });
  }

  async #resolved(source: ClaimSource): Promise<unknown> {
    const { claim, settings, algorithms, clock } = this.#options;
    const { endpoint } = source;
    const text = await this.#fetched(source);
    const token = readToken(text.trim());
    if (!token)
      throw failure(
        'getting untrusted issuer from endpoint',
        ` ${endpoint} failed for claim ${JSON.stringify(claim)}: malformed token`,
      );
    const provider = await this.#providerOf(token);
    await verify(token, provider, {
      ...{ audiences: settings.audiences, algorithms, clock },
      during: `${DURING}: verify distributed claim token`,
    });
    if (!Object.hasOwn(token.claims, claim))
      throw failure(
        'jwt returned by distributed claim endpoint',
        ` ${JSON.stringify(endpoint)} did not contain claim: ${claim}`,
      );
    return token.claims[claim];
  }

  async #fetched({ endpoint, accessToken: token }: ClaimSource): Promise<string> {
    const { claim, settings, clock } = this.#options;
    const { certificateAuthority: ca } = settings;
    const during = `while getting distributed claim ${JSON.stringify(claim)}`;
    let got: Got;
    try {
      if (!URL.canParse(endpoint)) throw new Error('the endpoint is not a URL');
      const { signal } = this.#stop;
      got = await getAnswer(endpoint, { ...(ca && { ca }), ...(token && { token }), clock, signal });
    } catch (error) {
      throw failure(during, `: ${messageOf(error)}`);
    }
    if (got.status < 200 || got.status > 226)
      throw failure(during, `: error while getting distributed claim JWT: ${got.statusText}`);
    return got.text;
  }

  /** Of the issuer of the claim, who may be another one than that of the token. */
  async #providerOf({ claims }: ReadToken): Promise<Provider> {
    const { settings, own: tokens } = this.#options;
    const issuer = issuerOf(claims);
    if (issuer === settings.issuer) return tokens;
    const uninitialized = (shown: string) =>
      failure(
        'verifying untrusted issuer',
        ` ${shown} failed: verifier not initialized for issuer: ${JSON.stringify(shown)}`,
      );
    if (typeof issuer !== 'string' || !issuer.startsWith('https://') || !URL.canParse(issuer))
      throw uninitialized(typeof issuer === 'string' ? issuer.slice(0, MOST_SHOWN) : '');
    const provider = this.#provider(issuer);
    await provider.tried;
    if (provider.problem) throw uninitialized(issuer.slice(0, MOST_SHOWN));
    return provider;
  }

  #provider(issuer: string): Provider {
    const { settings, clock } = this.#options;
    const { certificateAuthority } = settings;
    const known = this.#providers.get(issuer);
    const provider =
      known ??
      new Provider({
        issuer,
        ...(certificateAuthority && { certificateAuthority }),
        // Their names are not an administrator's: they are in no metrics, and not in the log.
        ...{ metrics: new JwtMetrics(), clock, log: silentLogger },
      });
    this.#providers.delete(issuer);
    this.#providers.set(issuer, provider);
    if (this.#providers.size > MOST_ISSUERS) this.#closeOldest();
    return provider;
  }

  #closeOldest(): void {
    const [[issuer, provider] = []] = this.#providers;
    provider?.close();
    this.#providers.delete(issuer ?? '');
  }
}

/** Characters of an issuer in messages. */
const MOST_SHOWN = 200;

const failure = (why: string, detail = ''): TokenError => new TokenError(`${DURING}: ${why}`, detail);

/** Where the claim is; undefined if the token has it, or nobody. Throws a TokenError if the token contradicts itself. */
export function sourceOf(claims: Claims, claim: string): ClaimSource | undefined {
  if (Object.hasOwn(claims, claim) || !Object.hasOwn(claims, '_claim_names')) return undefined;
  const names = objectOf(claims._claim_names, 'oidc: error parsing distributed claim names');
  for (const name of Object.values(names)) textOf(name, 'oidc: error parsing distributed claim names');
  if (!Object.hasOwn(claims, '_claim_sources')) throw failure('oidc: no claim sources');
  const sources = objectOf(claims._claim_sources, 'oidc: could not parse claim sources');
  const name = own(names, claim);
  if (name === undefined) return undefined;
  const source = own(sources, textOf(name, ''));
  if (source === undefined)
    throw failure(
      'id token _claim_names contained a source',
      ` ${textOf(name, '').slice(0, MOST_SHOWN)} missing in _claims_sources`,
    );
  const during = 'oidc: could not parse claim sources';
  const { endpoint, access_token: accessToken } = objectOf(source, during);
  const found = { endpoint: textOf(endpoint, during), accessToken: textOf(accessToken, during) };
  // A claim that is in the token in a token of its own (`JWT`) is not read, as upstream.
  return found.endpoint === '' ? undefined : found;
}

/** As Go decodes it: null is an empty one. */
function objectOf(value: unknown, during: string): Readonly<Record<string, unknown>> {
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw failure(`${during}: json: cannot unmarshal into an object`);
}

function textOf(value: unknown, during: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  throw failure(`${during}: json: cannot unmarshal into a string`);
}
