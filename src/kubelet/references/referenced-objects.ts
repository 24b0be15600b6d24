// The ConfigMaps and Secrets that this node's pods name: one watch for each, by name, as long as a pod needs it. The node
// authorizer allows a node no others, and only by name. Reports which pods a change concerns.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';
import { Informer } from '../../client/informer/informer.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { type Pod, podNamespace, podUid } from '../pod.ts';
import { referencesOf } from './references-of.ts';

export interface ReferencedObjectsOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Something that the pod names has appeared, changed or gone. */
  readonly onChange: (uid: string) => void;
}

interface Entry {
  readonly informer: Informer<KubeObject>;
  readonly users: Set<string>;
  readonly stop: AbortController;
}

export class ReferencedObjects {
  readonly #options: ReferencedObjectsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #byPod = new Map<string, ReadonlySet<string>>();

  constructor(options: ReferencedObjectsOptions) {
    this.#options = options;
  }

  /** Watches what the pod names now, and no longer what only an earlier version of it named. */
  register(pod: Pod): void {
    const uid = podUid(pod);
    const { configMaps, secrets } = referencesOf(pod);
    const namespace = podNamespace(pod);
    const wanted = new Set<string>();
    for (const name of configMaps) wanted.add(this.#use(ConfigMap, namespace, name, uid));
    for (const name of secrets) wanted.add(this.#use(Secret, namespace, name, uid));
    for (const key of this.#byPod.get(uid) ?? []) if (!wanted.has(key)) this.#release(key, uid);
    this.#byPod.set(uid, wanted);
  }

  unregister(uid: string): void {
    for (const key of this.#byPod.get(uid) ?? []) this.#release(key, uid);
    this.#byPod.delete(uid);
  }

  /** undefined when there is none of that name. */
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return this.#get<ConfigMap>(ConfigMap, namespace, name);
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.#get<Secret>(Secret, namespace, name);
  }

  stop(): void {
    for (const { stop } of this.#entries.values()) stop.abort();
    this.#entries.clear();
    this.#byPod.clear();
  }

  /** Until the watch is filled the object is read directly: the first pod need not wait, and sees errors at once. */
  async #get<T>(kind: AnyResource, namespace: string, name: string): Promise<T | undefined> {
    const entry = this.#entries.get(keyOf(kind, namespace, name));
    if (entry?.informer.hasSynced) return entry.informer.lister.get(name, namespace) as T | undefined;
    try {
      return (await this.#options.client.get(kind, name, namespace)) as T;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #use(kind: AnyResource, namespace: string, name: string, uid: string): string {
    const key = keyOf(kind, namespace, name);
    const entry = this.#entries.get(key) ?? this.#follow(key, kind, namespace, name);
    entry.users.add(uid);
    return key;
  }

  #follow(key: string, kind: AnyResource, namespace: string, name: string): Entry {
    const { client, clock, random, log, onChange } = this.#options;
    const filter = { namespace, fieldSelector: `metadata.name=${name}` };
    const entry: Entry = {
      informer: new Informer<KubeObject>({ client, clock, random, log, kind, filter }),
      users: new Set(),
      stop: new AbortController(),
    };
    const tell = () => {
      for (const uid of entry.users) onChange(uid);
    };
    // What the watch finds at its start has been read already; only later changes concern the pods.
    void entry.informer.synced().then(() => {
      let initial = true;
      entry.informer.addHandler({ onAdd: () => initial || tell(), onUpdate: tell, onDelete: tell });
      initial = false;
    });
    entry.informer.start(entry.stop.signal);
    this.#entries.set(key, entry);
    return entry;
  }

  #release(key: string, uid: string): void {
    const entry = this.#entries.get(key);
    entry?.users.delete(uid);
    if (!entry || entry.users.size > 0) return;
    entry.stop.abort();
    this.#entries.delete(key);
  }
}

const keyOf = (kind: AnyResource, namespace: string, name: string): string =>
  `${kind.resource.plural}/${namespace}/${name}`;
