// What other servers tell about the versions that they serve: discovery and OpenAPI, fetched when an APIService changes and every
// minute. A version whose server cannot be asked is in discovery without resources, as stale. Made by aggregator.ts.
// Upstream: kube-aggregator/pkg/apiserver/handler_discovery.go and pkg/controllers/openapi{,v3}.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RemoteVersion } from '../../../api/discovery/groups.ts';
import type { ResourceDiscovery, VersionDiscovery } from '../../../api/discovery/version-discovery.ts';
import { type Document, documentUrl } from '../../../api/openapi/v3.ts';
import { Backoff } from '../../../kit/backoff.ts';
import type { Logger } from '../../../kit/log.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { AGGREGATOR } from '../availability/probe.ts';
import { type Fetched, type FetchOptions, type FetchRequest, fetchFrom } from '../forwarding/fetch.ts';
import { type RemoteService, rootOf } from '../remote-service.ts';
import { Rounds } from '../rounds.ts';
import { resourcesIn, resourcesOfList } from './discovery.ts';
import { partOf, type RenderedPart, renderedPart } from './openapi-v2.ts';
import { documentOf, relativeUrl } from './openapi-v3.ts';
import { v3DocumentOf } from './openapi-v3-from-v2.ts';
import { parsed } from './shape.ts';

export interface RemoteDocumentsOptions extends FetchOptions {
  readonly log: Logger;
}

/** As upstream (discoveryRefreshInterval, successfulUpdateDelay). */
const REFRESH_MS = 60_000;
const BACKOFF = { base: 500, cap: REFRESH_MS };
const DISCOVERY_MS = 5000;
const OPENAPI_MS = 60_000;
/** Bytes of documents; parsing one takes about 10 ms for a MiB. Upstream has no limits. */
const MAX_DISCOVERY = 1024 * 1024;
const MAX_INDEX = 256 * 1024;
const MAX_OPENAPI = 1024 * 1024;
/** The names of this server's own definitions, but for those of custom kinds. */
const OWN_NAMES = /^io\.k8s\.(?:api|apimachinery|apiextensions-apiserver|kube-aggregator)\.[A-Za-z0-9.-]*$/;

const OPENAPI_READER = { name: 'system:aggregator', groups: [] } as const;
const JSON_TYPE = 'application/json';
const LIST = 'as=APIGroupDiscoveryList';
const ACCEPT_LIST = `${JSON_TYPE};g=apidiscovery.k8s.io;v=v2;${LIST},${JSON_TYPE};g=apidiscovery.k8s.io;v=v2beta1;${LIST}`;

/** The OpenAPI v2 part of one server, and the hash of the document that it is from. */
export interface HashedPart {
  readonly part: RenderedPart;
  readonly hash: string;
  /** The OpenAPI v3 document that was made of it, if the server has none. */
  readonly converted: Document | undefined;
}

interface Known {
  readonly remote: RemoteService;
  readonly discovery: VersionDiscovery;
  /** Where the server has its OpenAPI v3 document. */
  readonly v3: string | undefined;
  /** The server has no OpenAPI v3. */
  readonly isLegacy: boolean;
  readonly v2: HashedPart | undefined;
}

export class RemoteDocuments {
  readonly #options: RemoteDocumentsOptions;
  readonly #rounds: Rounds;
  readonly #backoff = new Backoff<string>(BACKOFF);
  readonly #stopping = new AbortController();
  /** By name of the APIService. */
  readonly #known = new Map<string, Known>();
  #generation = 0;

  constructor(options: RemoteDocumentsOptions) {
    this.#options = options;
    this.#rounds = new Rounds(options.clock, (name) => this.#refresh(name));
  }

  /** Grows with every change of what is known. */
  get generation(): number {
    return this.#generation;
  }

  put(remote: RemoteService): void {
    const known = this.#known.get(remote.name);
    const discovery = (remote.available && known?.discovery) || staleOf(remote);
    this.#set({ v2: undefined, v3: undefined, isLegacy: false, ...known, remote, discovery });
    if (remote.available) this.#rounds.ask(remote.name);
    else this.#rounds.forget(remote.name);
  }

  gone(name: string): void {
    this.#rounds.forget(name);
    this.#backoff.forget(name);
    if (this.#known.delete(name)) this.#generation++;
  }

  stop(): void {
    this.#stopping.abort();
    this.#rounds.stop();
  }

  versions(): RemoteVersion[] {
    return [...this.#known.values()].map(({ remote, discovery }) => ({
      group: remote.group,
      version: remote.version,
      priority: remote.priority,
      discovery,
    }));
  }

  /** The path of the OpenAPI v3 document, if its server has one. */
  openApiV3(name: string): string | undefined {
    return this.#known.get(name)?.v3;
  }

  /** The OpenAPI v3 documents that were made of OpenAPI v2, by `apis/GROUP/VERSION`. */
  converted(path: string): Document | undefined {
    for (const { remote, v2 } of this.#known.values())
      if (v2?.converted && documentOf(remote) === path) return v2.converted;
    return undefined;
  }

  /** The URLs of all OpenAPI v3 documents by their names in the index. */
  openApiV3Urls(): [name: string, url: string][] {
    return [...this.#known.values()].flatMap(({ remote, v3, v2 }) => {
      const path = documentOf(remote);
      const url = v3 ?? (v2?.converted && documentUrl(path, v2.converted.hash));
      return url ? [[path, url] as [string, string]] : [];
    });
  }

  /** Of the servers that have an OpenAPI v2 document, by group and version. */
  openApiV2(): { readonly group: string; readonly version: string; readonly hashed: HashedPart }[] {
    return [...this.#known.values()].flatMap(({ remote: { group, version }, v2 }) =>
      v2 ? [{ group, version, hashed: v2 }] : [],
    );
  }

  #set(known: Known): void {
    if (isSame(this.#known.get(known.remote.name), known)) return;
    this.#known.set(known.remote.name, known);
    this.#generation++;
  }

  /** What is fetched for an APIService that has changed meanwhile is not kept. */
  #update(remote: RemoteService, more: Partial<Known>): void {
    const known = this.#known.get(remote.name);
    if (known?.remote === remote) this.#set({ ...known, ...more });
  }

  async #refresh(name: string): Promise<number | undefined> {
    const remote = this.#known.get(name)?.remote;
    if (!remote?.available || this.#stopping.signal.aborted) return undefined;
    try {
      const resources = await this.#discover(remote);
      this.#update(remote, { discovery: { version: remote.version, resources, freshness: 'Current' } });
    } catch (error) {
      if (this.#stopping.signal.aborted) return undefined;
      this.#options.log.warn('discovery of another server failed', { name, error: messageOf(error) });
      this.#update(remote, { discovery: staleOf(remote) });
      return this.#backoff.next(name);
    }
    this.#backoff.forget(name);
    await this.#refreshOpenApi(remote);
    return REFRESH_MS;
  }

  async #discover(remote: RemoteService): Promise<ResourceDiscovery[]> {
    const request = { user: AGGREGATOR, timeoutMs: DISCOVERY_MS, limit: MAX_DISCOVERY };
    const all = await this.#fetch(remote, { ...request, path: '/apis', accept: ACCEPT_LIST });
    if (all.status === 503) throw new Error(`${all.url}: status 503`);
    if (all.status === 200 && String(all.headers['content-type']).includes(LIST))
      return resourcesIn(parsed(all.body), remote.group, remote.version) ?? [];
    const one = await this.#fetch(remote, { ...request, path: rootOf(remote), accept: JSON_TYPE });
    if (one.status !== 200) throw new Error(`${one.url}: status ${one.status}`);
    return resourcesOfList(parsed(one.body));
  }

  /** A server need not have these documents: what it had before is kept if it cannot be asked. */
  async #refreshOpenApi(remote: RemoteService): Promise<void> {
    const { name } = remote;
    const failed = (error: unknown) =>
      this.#options.log.debug('an OpenAPI document was not fetched', { name, error: messageOf(error) });
    await this.#refreshV3(remote).catch(failed);
    await this.#options.clock.turn();
    await this.#refreshV2(remote).catch(failed);
  }

  async #refreshV3(remote: RemoteService): Promise<void> {
    const request = { user: OPENAPI_READER, accept: JSON_TYPE, timeoutMs: OPENAPI_MS, limit: MAX_INDEX };
    const { status, body } = await this.#fetch(remote, { ...request, path: '/openapi/v3' });
    if (status === 200) this.#update(remote, { v3: relativeUrl(parsed(body), remote), isLegacy: false });
    else if (status === 404) this.#update(remote, { v3: undefined, isLegacy: true });
  }

  async #refreshV2(remote: RemoteService): Promise<void> {
    const request = { user: OPENAPI_READER, accept: JSON_TYPE, timeoutMs: OPENAPI_MS, limit: MAX_OPENAPI };
    const { status, body } = await this.#fetch(remote, { ...request, path: '/openapi/v2' });
    if (status === 404) this.#update(remote, { v2: undefined });
    if (status !== 200) return;
    const hash = createHash('sha256').update(body).digest('hex');
    const { isLegacy = false, v2: known } = this.#known.get(remote.name) ?? {};
    if (known?.hash === hash && isLegacy === (known.converted !== undefined)) return;
    const turn = () => this.#options.clock.turn();
    const document = parsed(body);
    await turn();
    const isTaken = (definition: string) => OWN_NAMES.test(definition) || this.#isTaken(definition, remote);
    const own = await partOf(document, remote, turn);
    const part = await renderedPart(own, isTaken, turn);
    const converted = isLegacy ? await v3DocumentOf(own, turn) : undefined;
    this.#update(remote, { v2: { part, hash, converted } });
  }

  /** Another server's part has a definition with the name. */
  #isTaken(definition: string, { name }: RemoteService): boolean {
    for (const { remote, v2 } of this.#known.values())
      if (remote.name !== name && v2?.part.names.has(definition)) return true;
    return false;
  }

  #fetch(remote: RemoteService, request: Omit<FetchRequest, 'signal'>): Promise<Fetched> {
    return fetchFrom(this.#options, remote, { ...request, signal: this.#stopping.signal });
  }
}

const staleOf = ({ version }: RemoteService): VersionDiscovery => ({
  version,
  resources: [],
  freshness: 'Stale',
});

const isSame = (a: Known | undefined, b: Known): boolean =>
  a?.remote === b.remote &&
  a.v3 === b.v3 &&
  a.isLegacy === b.isLegacy &&
  a.v2 === b.v2 &&
  isDeepStrictEqual(a.discovery, b.discovery);
