// Signs tokens of service accounts by a process that has the key (--service-account-signing-endpoint), and knows the keys of its
// tokens. Made by cluster/ when the flag is given; not loaded otherwise.
// Upstream: pkg/serviceaccount/externaljwt/plugin/plugin.go and pkg/controlplane/apiserver/options.
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { type Claims, encoded } from '../jwt.ts';
import type { TokenSource } from '../service-account-tokens.ts';
import { isBase64Url, keyIdOf } from './answers.ts';
import { METADATA, SIGN, type SignResponse } from './api.ts';
import { KeyCache } from './key-cache.ts';
import { SignerMetrics } from './metrics.ts';
import { SignerClient } from './signer-client.ts';

export interface ExternalSignerOptions {
  /** The path of its socket. */
  readonly endpoint: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds of the first question, as upstream, and of one signature: those of the request for a token. */
const METADATA_MS = 10_000;
const SIGN_MS = 60_000;
/** Signatures that may be under way. */
const MOST_SIGNATURES = 1_000;

export class ExternalSigner implements TokenSource {
  readonly #metrics = new SignerMetrics();
  readonly #client: SignerClient;
  readonly #cache: KeyCache;
  #signatures = 0;

  constructor({ endpoint, clock, log }: ExternalSignerOptions) {
    this.#client = new SignerClient(endpoint, clock, this.#metrics);
    this.#cache = new KeyCache({ client: this.#client, clock, log, metrics: this.#metrics });
  }

  /** Fetches keys and asks how many seconds tokens may be valid. Rejects if the signer is not there, or cannot be used. */
  async open(): Promise<number> {
    const failed = (what: string) => (cause: unknown) => {
      throw new Error(`while setting up external-jwt-signer: ${what}${messageOf(cause)}`, { cause });
    };
    const filling = 'while initially filling key cache: while performing initial cache fill: ';
    await this.#cache.start().catch(failed(filling));
    const answer = await this.#client.call(METADATA, {}, METADATA_MS).catch(failed(''));
    return answer.maxTokenExpirationSeconds;
  }

  close(): void {
    this.#cache.close();
    this.#client.close();
  }

  readonly keys = () => this.#cache.keys;

  readonly published = () => this.#cache.keys.filter(({ isExcluded }) => !isExcluded);

  readonly maxAge = () => this.#cache.maxAge;

  /** Asks for keys if this one is not known. Never rejects. */
  readonly find = async (keyId: string): Promise<void> => {
    if (!this.#cache.keys.some(({ id }) => id === keyId)) await this.#cache.ask();
  };

  readonly sign = async (claims: Claims): Promise<string> => {
    if (this.#signatures >= MOST_SIGNATURES) throw new Error('too many signatures are under way');
    this.#signatures++;
    let failure: unknown;
    try {
      return await this.#signed(encoded(claims));
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.#signatures--;
      this.#metrics.signed(failure);
    }
  };

  metrics(): string {
    return this.#metrics.render();
  }

  async #signed(claims: string): Promise<string> {
    const answer = await this.#client.call(SIGN, { claims }, SIGN_MS).catch((cause) => {
      throw new Error(`while signing jwt: ${messageOf(cause)}`, { cause });
    });
    await this.#check(answer).catch((cause) => {
      throw new Error(`while validating header: ${messageOf(cause)}`, { cause });
    });
    if (answer.signature === '') throw new Error('empty signature returned');
    if (!isBase64Url(answer.signature)) throw new Error('illegal base64 data in the signature');
    return `${answer.header}.${claims}.${answer.signature}`;
  }

  async #check({ header }: SignResponse): Promise<void> {
    const keyId = keyIdOf(header);
    await this.find(keyId);
    // Whoever reads the published keys could not verify the token.
    if (this.#cache.keys.some(({ id, isExcluded }) => id === keyId && isExcluded))
      throw new Error(`key used for signing JWT (kid: ${keyId}) is excluded from OIDC discovery docs`);
  }
}
