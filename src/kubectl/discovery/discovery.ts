// What the server serves, from the cache on disk where it is young enough. Made by the session, once per command.
import { join } from 'node:path';
import type { Io } from '../io/io.ts';
import type { Requests } from '../session/requests.ts';
import { askServer } from './ask.ts';
import { type CachePlace, readCache, writeCache } from './cache.ts';
import type { Mapping, Served, ServedResource } from './served.ts';

export interface DiscoveryOptions {
  readonly session: Requests;
  readonly io: Io;
  readonly server: URL;
  /** --cache-dir; empty for the usual place. */
  readonly cacheFlag: string;
}

export class Discovery {
  readonly #requests: Requests;
  readonly #place: CachePlace;
  #served: Promise<Served> | undefined;
  #fresh = false;

  constructor({ session, io, server, cacheFlag }: DiscoveryOptions) {
    this.#requests = session;
    const directory = cacheFlag || io.env.KUBECACHEDIR || join(io.env.HOME || '/', '.kube', 'cache');
    this.#place = { directory, server, clock: io.clock };
  }

  /** Whether what `served` gives was asked for by this command, so that asking again would bring nothing new. */
  get fresh(): boolean {
    return this.#fresh;
  }

  served(): Promise<Served> {
    this.#served ??= this.#load();
    return this.#served;
  }

  async #load(): Promise<Served> {
    const cached = readCache(this.#place);
    return cached ?? this.#ask();
  }

  async #ask(): Promise<Served> {
    const served = await askServer(this.#requests);
    this.#fresh = true;
    writeCache(this.#place, served);
    return served;
  }

  /** Asks the server, whatever the cache says. */
  renewed(): Promise<Served> {
    this.#served = this.#ask();
    return this.#served;
  }
}

/** Every resource that is no subresource, groups in the server's order, the preferred version of each group first. */
export function mappingsOf({ groups, lists }: Pick<Served, 'groups' | 'lists'>): Mapping[] {
  const byVersion = new Map(lists.map((list) => [list.groupVersion, list.resources]));
  const out: Mapping[] = [];
  for (const { name, versions, preferredVersion } of groups) {
    const ordered = [...versions].sort(
      (a, b) =>
        Number(b.version === preferredVersion.version) - Number(a.version === preferredVersion.version),
    );
    for (const { groupVersion, version } of ordered)
      for (const found of byVersion.get(groupVersion) ?? [])
        if (!found.name.includes('/')) out.push(mappingOf(name, version, found));
  }
  return out;
}

export const mappingOf = (group: string, version: string, found: ServedResource): Mapping => ({
  group,
  version,
  kind: found.kind,
  resource: found.name,
  singular: found.singularName || found.kind.toLowerCase(),
  namespaced: found.namespaced,
  verbs: found.verbs ?? [],
  shortNames: found.shortNames ?? [],
  categories: found.categories ?? [],
});
