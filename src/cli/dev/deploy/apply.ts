// Brings the project's objects to the cluster by server-side apply under a name of its own, and takes them back at the end: what was not
// there before is deleted, what was there is as it was. Called by session.ts.
import { mergePatchOf } from '../../../api/patch/diff/merge-diff.ts';
import { type JsonObject, jsonEqual } from '../../../api/patch/json.ts';
import { StatusError } from '../../../api/status/status-error.ts';
import { UserError } from '../../../cluster/progress.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { pathOf } from '../../../kubectl/discovery/served.ts';
import { groupVersionOf, type KubeObject } from '../../../kubectl/resources/object.ts';
import type { Session } from '../../../kubectl/session/session.ts';
import { podSpecOf } from '../project/images.ts';
import { FIELD_MANAGER, formerOwners } from './owners.ts';
import { isWorkload, titleOf } from './progress.ts';

interface Applied {
  readonly path: string;
  readonly collection: string;
  /** What was there before the first time; undefined for nothing. */
  readonly before: KubeObject | undefined;
  /** What was sent last. */
  readonly sent: KubeObject;
  /** What the server made of it. */
  readonly live: KubeObject;
}

export interface Rolled {
  readonly title: string;
  readonly object: KubeObject;
  readonly path: string;
  readonly collection: string;
}

/** Milliseconds between two questions whether a kind is served by now. */
const SERVED_MS = 50;
const SERVED_WITHIN_MS = 10_000;
const GONE_WITHIN_MS = 60_000;

export class Deployment {
  readonly #session: Session;
  readonly #namespace: string;
  readonly #clock: { sleep(ms: number): Promise<void>; monotonic(): number };
  readonly #applied = new Map<string, Applied>();

  constructor(
    session: Session,
    namespace: string,
    clock: { sleep(ms: number): Promise<void>; monotonic(): number },
  ) {
    this.#session = session;
    this.#namespace = namespace;
    this.#clock = clock;
  }

  /** Applies what has changed since the last time, deletes what is no longer among the objects; gives what was written. */
  async apply(objects: readonly KubeObject[]): Promise<Rolled[]> {
    const rolled: Rolled[] = [];
    const seen = new Set<string>();
    for (const object of objects) {
      const { path, collection } = await this.#place(object);
      seen.add(path);
      const known = this.#applied.get(path);
      if (known && jsonEqual(known.sent, object)) continue;
      const live = await this.#applyOne(object, path, collection, known);
      rolled.push({ title: titleOf(live), object: live, path, collection });
    }
    for (const [path, applied] of this.#applied)
      if (!seen.has(path)) {
        await this.#takeBack(applied);
        this.#applied.delete(path);
      }
    return rolled;
  }

  get count(): number {
    return this.#applied.size;
  }

  /** Objects that make pods, as the server has them. */
  get workloads(): Rolled[] {
    return [...this.#applied.values()]
      .filter(({ live }) => isWorkload(live))
      .map(({ live, path, collection }) => ({ title: titleOf(live), object: live, path, collection }));
  }

  /** Everything back as it was, the last object first. Errors are given, and do not keep the others. */
  async undo(): Promise<string[]> {
    const failures: string[] = [];
    for (const applied of [...this.#applied.values()].reverse())
      try {
        await this.#takeBack(applied);
      } catch (error) {
        failures.push(`${titleOf(applied.live)}: ${messageOf(error)}`);
      }
    this.#applied.clear();
    return failures;
  }

  async #applyOne(
    object: KubeObject,
    path: string,
    collection: string,
    known: Applied | undefined,
  ): Promise<KubeObject> {
    const before = known ? known.before : await this.#read(path);
    try {
      const live = await this.#patch(path, object).catch(async (error) => {
        // A template that cannot change: a Job, or a pod with other fields than its images.
        if (!isImmutable(error) || !podSpecOf(object)) throw error;
        await this.#delete(path, true);
        return this.#patch(path, object);
      });
      this.#applied.set(path, { path, collection, before, sent: object, live });
      return live;
    } catch (error) {
      throw new UserError(`${titleOf(object)}: ${messageOf(error)}`);
    }
  }

  #patch(path: string, object: KubeObject): Promise<KubeObject> {
    return this.#session.json<KubeObject>({
      method: 'PATCH',
      path,
      query: { fieldManager: FIELD_MANAGER, force: 'true' },
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  }

  /** First the values, then who owns them: whoever changes a value owns it, so these are two requests. */
  async #takeBack({ path, before, live }: Applied): Promise<void> {
    if (!before) return this.#delete(path, false);
    const values = mergePatchOf(restorable(live), restorable(before));
    const restored = await this.#merge(path, values);
    const managedFields = formerOwners(before, restored);
    await this.#merge(path, { metadata: { managedFields } });
  }

  #merge(path: string, body: JsonObject): Promise<KubeObject> {
    return this.#session.json<KubeObject>({
      method: 'PATCH',
      path,
      query: { fieldManager: FIELD_MANAGER },
      contentType: 'application/merge-patch+json',
      body,
    });
  }

  async #read(path: string): Promise<KubeObject | undefined> {
    try {
      return await this.#session.json<KubeObject>({ path });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #delete(path: string, wait: boolean): Promise<void> {
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
    try {
      await this.#session.json({ method: 'DELETE', path, body });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const until = this.#clock.monotonic() + GONE_WITHIN_MS;
    while (wait && (await this.#read(path)) && this.#clock.monotonic() < until)
      await this.#clock.sleep(SERVED_MS);
  }

  /** A kind may be defined by an object that was applied just before. */
  async #place(object: KubeObject): Promise<{ path: string; collection: string }> {
    const { group, version } = groupVersionOf(object.apiVersion ?? '');
    const until = this.#clock.monotonic() + (this.#hasDefinitions() ? SERVED_WITHIN_MS : 0);
    for (;;) {
      try {
        const mapping = await (await this.#session.mapper()).ofKind(group, object.kind ?? '', version);
        const namespace = mapping.namespaced ? (object.metadata?.namespace ?? this.#namespace) : undefined;
        const collection = pathOf(mapping, namespace);
        return { collection, path: pathOf(mapping, namespace, object.metadata?.name) };
      } catch (error) {
        if (this.#clock.monotonic() >= until) throw new UserError(`${titleOf(object)}: ${messageOf(error)}`);
        await this.#clock.sleep(SERVED_MS);
      }
    }
  }

  #hasDefinitions(): boolean {
    return [...this.#applied.values()].some(({ live }) => live.kind === 'CustomResourceDefinition');
  }
}

const isNotFound = (error: unknown): boolean => error instanceof StatusError && error.reason === 'NotFound';

const isImmutable = (error: unknown): boolean =>
  error instanceof StatusError &&
  error.reason === 'Invalid' &&
  (error.message.includes('immutable') || error.message.includes('may not change fields'));

/** What a user can write. */
export function restorable(object: KubeObject): JsonObject {
  const { status: _status, metadata = {}, ...rest } = object;
  const { labels, annotations, finalizers } = metadata;
  const given = Object.entries({ labels, annotations, finalizers }).filter(
    ([, value]) => value !== undefined,
  );
  return { ...rest, metadata: Object.fromEntries(given) };
}
