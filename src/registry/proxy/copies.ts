// Images of other registries: fetched when a node asks for them, kept, and served from here from then on. Everything is fetched with the
// credentials of registries.yaml or with none: pods' own are for the registry itself, which containerd asks where this one has nothing.
import { createHmac } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { ExpiringCache } from '../../kit/caches/expiring-cache.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { blobUnknown, manifestUnknown, RegistryError } from '../errors.ts';
import { BLOB_TYPE } from '../http/blobs.ts';
import { answerJson, type Exchange, isHead, sendBlob } from '../http/exchange.ts';
import { API_VERSION } from '../http/push.ts';
import type { Route } from '../http/routes.ts';
import { type Digest, isHost } from '../names.ts';
import type { Storage } from '../storage/storage.ts';
import { UpstreamClient } from '../upstream/client.ts';
import { type Endpoint, endpointsOf, isServed } from '../upstream/endpoints.ts';
import type { Registries } from '../upstream/registries-file.ts';
import { Unreachable } from '../upstream/request.ts';
import { rewriter } from '../upstream/rewrite.ts';
import { Growing } from './growing.ts';
import { fetchManifest, resolveTag } from './manifests.ts';
import type { Source } from './source.ts';

export { TAG_LIFE } from './source.ts';

export interface CopiesOptions {
  readonly storage: Storage;
  /** As the file says it now. */
  readonly registries: () => Promise<Registries>;
  /** Hides credentials in the names of directories. */
  readonly key: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tags that are remembered. */
const MOST_TAGS = 10_000;
/** Blobs that are fetched at a time. */
const MOST_FETCHED = 32;

export class RegistryCopies {
  readonly #options: CopiesOptions;
  readonly #client: UpstreamClient;
  /** What each tag stood for a moment ago, by the tag's file. */
  readonly #fresh: ExpiringCache<Digest>;
  readonly #growing = new Map<string, Promise<Growing>>();

  constructor(options: CopiesOptions) {
    this.#options = options;
    this.#client = new UpstreamClient(options.clock);
    this.#fresh = new ExpiringCache(options.clock, MOST_TAGS);
  }

  async serve(host: string, exchange: Exchange, route: Route): Promise<void> {
    const { method = '' } = exchange.request;
    if (method !== 'GET' && method !== 'HEAD')
      throw new RegistryError(405, 'UNSUPPORTED', 'copies of other registries are only read');
    if (route.kind === 'version') return answerJson(exchange, {}, API_VERSION);
    if (route.kind !== 'manifest' && route.kind !== 'blob')
      throw new RegistryError(404, 'UNSUPPORTED', 'copies have manifests and blobs only');
    const source = await this.#source(host, route.name);
    try {
      if (route.kind === 'manifest') await this.#manifest(exchange, source, route.reference);
      else await this.#blob(exchange, source, route.digest);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.#options.log.warn('a registry cannot be reached', { host, error: messageOf(error) });
      throw new RegistryError(502, 'UNAVAILABLE', error.message, { cause: error });
    }
  }

  async #source(host: string, name: string): Promise<Source> {
    const registries = isHost(host) ? await this.#options.registries() : undefined;
    if (!registries || !isServed(registries, host))
      throw new RegistryError(404, 'NAME_UNKNOWN', 'registries.yaml does not name this registry');
    const endpoints = endpointsOf(registries, host);
    const scope = scopeOf(endpoints, this.#options.key);
    return {
      host,
      name,
      endpoints,
      nameAt: await rewriter(registries, host, name),
      repository: this.#options.storage.copy(host, scope, name),
    };
  }

  async #manifest(exchange: Exchange, source: Source, reference: Digest | string): Promise<void> {
    const { storage, log } = this.#options;
    const digest =
      typeof reference === 'string'
        ? await resolveTag({ client: this.#client, storage, fresh: this.#fresh, log }, source, reference)
        : reference;
    const link =
      (await source.repository.manifest(digest)) ??
      (await fetchManifest(this.#client, storage, source, digest));
    const blob = await storage.blobs.open(digest);
    if (!blob) throw manifestUnknown(digest.text);
    await sendBlob(exchange, blob, {
      'Content-Type': link.mediaType,
      'Docker-Content-Digest': digest.text,
    });
  }

  async #blob(exchange: Exchange, source: Source, digest: Digest): Promise<void> {
    const { storage } = this.#options;
    const headers = { 'Content-Type': BLOB_TYPE, 'Docker-Content-Digest': digest.text };
    const kept = (await source.repository.hasBlob(digest)) && (await storage.blobs.open(digest));
    if (kept) return sendBlob(exchange, kept, headers);
    const growing = await this.#fetching(source, digest);
    exchange.response.writeHead(200, { ...headers, 'Content-Length': growing.size });
    if (isHead(exchange)) return void exchange.response.end();
    await pipeline(growing.read(storage.blobs.path(digest)), exchange.response);
  }

  /** Two who want the same blob of the same repository wait for one download. */
  #fetching(source: Source, digest: Digest): Promise<Growing> {
    const key = source.repository.blobLink(digest);
    const known = this.#growing.get(key);
    if (known) return known;
    if (this.#growing.size >= MOST_FETCHED)
      throw new RegistryError(429, 'TOOMANYREQUESTS', `${MOST_FETCHED} blobs are being fetched already`);
    const begun = this.#begin(source, digest);
    this.#growing.set(key, begun);
    begun
      .then(({ done }) => done)
      .catch((error) =>
        this.#options.log.warn('a blob was not kept', { host: source.host, error: messageOf(error) }),
      )
      .finally(() => this.#growing.delete(key));
    return begun;
  }

  async #begin({ endpoints, nameAt, repository }: Source, digest: Digest): Promise<Growing> {
    const { storage } = this.#options;
    const wanted = { method: 'GET' as const, name: nameAt, rest: `blobs/${digest.text}` };
    const answer = await this.#client.get(endpoints, wanted);
    if (answer.kind !== 'found') throw blobUnknown(digest.text);
    const { response } = answer;
    const length = response.headers['content-length'];
    const size = Number(length);
    if (length === undefined || !Number.isSafeInteger(size) || size < 0) {
      response.destroy();
      throw new Unreachable('the registry does not say how long the blob is');
    }
    return new Growing(storage.blobs, digest, size, response, () => repository.linkBlob(digest));
  }
}

/** Places and credentials together: what one principal has fetched, another does not see. */
function scopeOf(endpoints: readonly Endpoint[], key: string): string {
  const principals = endpoints.map(({ url, config }) => {
    const { username, password, identityToken, tls } = config;
    return [url, username, password, identityToken, tls?.certFile];
  });
  return createHmac('sha256', key).update(JSON.stringify(principals)).digest('hex').slice(0, 32);
}
